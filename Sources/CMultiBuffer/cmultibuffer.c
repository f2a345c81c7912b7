#include "cmultibuffer.h"

#if defined(__x86_64__) && defined(__linux__) && __has_include(<intel-ipsec-mb.h>)

#include <dlfcn.h>
#include <intel-ipsec-mb.h>
#include <stdlib.h>

struct cmultibuffer {
    IMB_MGR *manager;
    void (*release)(IMB_MGR *);
};

cmultibuffer *cmultibuffer_create(void) {
    // Not linked: 13 MB of library would be mapped at every start, also of a search. It stays loaded.
    void *library = dlopen("libIPSec_MB.so.1", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return NULL;
    unsigned (*version)(void) = (unsigned (*)(void))dlsym(library, "imb_get_version");
    IMB_MGR *(*allocate)(uint64_t) = (IMB_MGR * (*)(uint64_t)) dlsym(library, "alloc_mb_mgr");
    void (*initialize)(IMB_MGR *) = (void (*)(IMB_MGR *))dlsym(library, "init_mb_mgr_sse");
    void (*release)(IMB_MGR *) = (void (*)(IMB_MGR *))dlsym(library, "free_mb_mgr");
    // The manager's layout is the header's: another version's may differ.
    if (!version || !allocate || !initialize || !release || version() != IMB_VERSION_NUM) return NULL;
    IMB_MGR *manager = allocate(0);
    if (manager == NULL) return NULL;
    cmultibuffer *buffer = malloc(sizeof *buffer);
    if (buffer == NULL || !(manager->features & IMB_FEATURE_SHANI)) {
        free(buffer);
        release(manager);
        return NULL;
    }
    // With SHA instructions this one hashes two messages side by side; the wider ones do without those instructions.
    initialize(manager);
    buffer->manager = manager;
    buffer->release = release;
    return buffer;
}

void cmultibuffer_destroy(cmultibuffer *buffer) {
    if (buffer == NULL) return;
    buffer->release(buffer->manager);
    free(buffer);
}

int cmultibuffer_sha256(
    cmultibuffer *buffer, const uint8_t *bytes, const size_t *ends, size_t count, uint8_t *digests) {
    IMB_MGR *manager = buffer->manager;
    size_t completed = 0;
    size_t start = 0;
    IMB_JOB *done;
    for (size_t i = 0; i < count; i++) {
        IMB_JOB *job = IMB_GET_NEXT_JOB(manager);
        job->cipher_mode = IMB_CIPHER_NULL;
        job->cipher_direction = IMB_DIR_ENCRYPT;
        job->chain_order = IMB_ORDER_HASH_CIPHER;
        job->hash_alg = IMB_AUTH_SHA_256;
        job->src = bytes + start;
        job->hash_start_src_offset_in_bytes = 0;
        job->msg_len_to_hash_in_bytes = ends[i] - start;
        job->auth_tag_output = digests + 32 * i;
        job->auth_tag_output_len_in_bytes = 32;
        start = ends[i];
        // A job comes back when it and all before it are done; more than one may wait.
        for (done = IMB_SUBMIT_JOB(manager); done != NULL; done = IMB_GET_COMPLETED_JOB(manager)) {
            if (done->status == IMB_STATUS_COMPLETED) completed++;
        }
    }
    while ((done = IMB_FLUSH_JOB(manager)) != NULL) {
        if (done->status == IMB_STATUS_COMPLETED) completed++;
    }
    return completed == count ? 0 : -1;
}

#else

cmultibuffer *cmultibuffer_create(void) { return NULL; }

void cmultibuffer_destroy(cmultibuffer *buffer) { (void)buffer; }

int cmultibuffer_sha256(
    cmultibuffer *buffer, const uint8_t *bytes, const size_t *ends, size_t count, uint8_t *digests) {
    (void)buffer, (void)bytes, (void)ends, (void)count, (void)digests;
    return -1;
}

#endif
