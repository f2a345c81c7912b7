#ifndef COLDTRAIL_CSQLITESHIM_H
#define COLDTRAIL_CSQLITESHIM_H

/* SQLite's variadic functions, which Swift cannot import, behind fixed signatures. */

struct sqlite3;

/*
** Makes a connection fit for a database file that came from somebody else: defensive mode on; views, triggers,
** trust in the schema and SQL access to extension loading off. Returns SQLITE_OK or the first failing call's code.
*/
int coldtrail_sqlite_harden(struct sqlite3 *db);

/*
** Lets SQLite keep no count of the memory it uses, which takes a lock common to all connections at every allocation.
** Only before the first connection; later it changes nothing and returns SQLITE_MISUSE.
*/
int coldtrail_sqlite_count_no_memory(void);

#endif
