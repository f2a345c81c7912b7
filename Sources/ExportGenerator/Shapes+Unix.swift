extension EventShape {
    static let unix: [EventShape] = [
        EventShape(
            "sshd-accepted", weight: 16,
            #"""
            event.action = ssh_login
            event.category := ["authentication","session"]
            event.type := ["start"]
            event.outcome = success
            source.ip = ${host.ip}
            source.port := ${int#port:1024-65535}
            user.name = ${user.name}
            host.name = ${server.name}
            process.name = sshd
            process.pid := ${int#pid:600-4194304}
            system.auth.ssh.method = ${pick#method:publickey|publickey|password}
            message = ${time:syslog} ${server.name} sshd[${int#pid}]: Accepted ${pick#method} for ${user.name} from ${host.ip} port ${int#port} ssh2: ED25519 SHA256:${id:43}
            """#),
        EventShape(
            "sshd-failed", weight: 26,
            #"""
            event.action = ssh_login
            event.category := ["authentication"]
            event.type := ["info"]
            event.outcome = failure
            source.ip = ${remote.ip}
            source.port := ${int#port:1024-65535}
            user.name = ${pick#name:root|admin|ubuntu|oracle|test|git|postgres|pi|user1}
            host.name = ${server.name}
            process.name = sshd
            process.pid := ${int#pid:600-4194304}
            message = ${time:syslog} ${server.name} sshd[${int#pid}]: Failed password for invalid user ${pick#name} from ${remote.ip} port ${int#port} ssh2
            """#),
        EventShape(
            "sudo-command", weight: 14,
            #"""
            event.action = sudo
            event.category := ["process"]
            event.type := ["start"]
            user.name = ${user.name}
            user.effective.name = root
            host.name = ${server.name}
            process.name = sudo
            process.working_directory = /home/${user.name}
            process.command_line = ${pick#command:/usr/bin/systemctl restart nginx|/usr/bin/apt-get update|/bin/journalctl -u "payments-api" --since "1 hour ago"|/usr/bin/tail -f /var/log/syslog|/usr/bin/vim /etc/hosts|/usr/bin/docker ps -a}
            message = ${time:syslog} ${server.name} sudo:  ${user.name} : TTY=pts/${int:0-9} ; PWD=/home/${user.name} ; USER=root ; COMMAND=${pick#command}
            """#),
        EventShape(
            "auditd-execve", weight: 28,
            #"""
            event.action = executed
            event.category := ["process"]
            event.type := ["start"]
            event.sequence := ${int#serial:1000-9999999}
            host.name = ${server.name}
            user.id = ${user.number}
            user.audit.id = ${user.number}
            process.pid := ${int#pid:600-4194304}
            process.parent.pid := ${int#ppid:600-4194304}
            process.executable = ${pick#exe:/usr/bin/curl|/usr/bin/ls|/usr/bin/python3.11|/usr/bin/tar|/usr/bin/id|/usr/bin/cat}
            process.args := ${pick#exe:["curl","-fsS","https://artifacts.halden.example/agent.tgz"]|["ls","-la","/srv/données"]|["python3","-m","pip","install","--user","rich"]|["tar","czf","/tmp/backup.tgz","/etc"]|["id"]|["cat","/proc/meminfo"]}
            auditd.session = ${int#ses:1-40000}
            auditd.result = ${pick#ok:success|success|fail}
            message = type=SYSCALL msg=audit(${time:epoch}.042:${int#serial}): arch=c000003e syscall=59 success=${pick#ok:yes|yes|no} exit=${pick#ok:0|0|-13} a0=55${hex:10} items=2 ppid=${int#ppid} pid=${int#pid} auid=${user.number} uid=${user.number} gid=${user.number} euid=0 tty=pts0 ses=${int#ses} comm="${pick#exe:curl|ls|python3|tar|id|cat}" exe="${pick#exe:/usr/bin/curl|/usr/bin/ls|/usr/bin/python3.11|/usr/bin/tar|/usr/bin/id|/usr/bin/cat}" key="exec"
            """#),
        EventShape(
            "cron-session", weight: 20,
            #"""
            event.action = cron
            event.category := ["process"]
            event.type := ["start"]
            user.name = ${pick#who:root|www-data|backup}
            host.name = ${server.name}
            process.name = CRON
            message = ${time:syslog} ${server.name} CRON[${int:600-4194304}]: (${pick#who}) CMD (${pick:cd / && run-parts --report /etc/cron.hourly|/usr/local/bin/rotate --keep 7 >/dev/null 2>&1|[ -x /usr/lib/php/sessionclean ] && /usr/lib/php/sessionclean})
            """#),
        EventShape(
            "kernel-iptables", weight: 18,
            #"""
            event.action = drop
            event.category := ["network"]
            event.type := ["denied"]
            source.ip = ${remote.ip}
            source.port := ${int#from:1024-65535}
            destination.ip = ${server.ip}
            destination.port := ${pick#to:23|445|5900|11211|2375}
            source.mac = ${host.mac}
            network.transport = tcp
            host.name = ${server.name}
            message = ${time:syslog} ${server.name} kernel: [${int:1000-9999999}.${int:100000-999999}] [UFW BLOCK] IN=eth0 OUT= MAC=${host.mac}:08:00 SRC=${remote.ip} DST=${server.ip} LEN=40 TOS=0x00 PREC=0x00 TTL=${int:30-250} ID=${int:1-65535} PROTO=TCP SPT=${int#from} DPT=${pick#to} WINDOW=1024 RES=0x00 SYN URGP=0
            """#),
    ]

    /// Web servers.
    static let web: [EventShape] = [
        EventShape(
            "nginx-access", weight: 48,
            #"""
            event.category := ["web"]
            event.type := ["access"]
            event.dataset = nginx.access
            source.ip = ${remote.ip}
            source.address = ${remote.ip}
            host.name = ${server.name}
            http.request.method = ${pick#verb:GET|GET|GET|POST|HEAD}
            http.response.status_code := ${pick#status:200|200|304|302|404|500}
            event.outcome = ${pick#status:success|success|success|success|failure|failure}
            http.response.body.bytes := ${size#bytes:0-900000}
            http.version = 1.1
            url.original = ${page.path}
            user_agent.original = ${agent.text}
            user_agent.name = ${agent.name}
            message = ${remote.ip} - - [${time:commonLog}] "${pick#verb} ${page.path} HTTP/1.1" ${pick#status} ${size#bytes} "https://${site.domain}/" "${agent.text}"
            """#),
        EventShape(
            "apache-error", weight: 8,
            #"""
            event.category := ["web"]
            event.type := ["error"]
            event.dataset = apache.error
            log.level = ${pick#level:error|warn|notice}
            source.ip ?80 = ${remote.ip}
            host.name = ${server.name}
            process.pid := ${int#pid:600-4194304}
            error.message = ${pick#error:AH01630: client denied by server configuration: /var/www/html/.git|AH00128: File does not exist: /var/www/html/wp-login.php|AH02032: Hostname provided via SNI and hostname provided via HTTP have no compatible SSL setup}
            message = [${time:syslog}.482913 2026] [core:${pick#level}] [pid ${int#pid}:tid 14${hex:10}] [client ${remote.ip}:${int:1024-65535}] ${pick#error}
            """#),
        EventShape(
            "iis-w3c", weight: 24,
            #"""
            event.category := ["web"]
            event.type := ["access"]
            event.dataset = iis.access
            event.duration := ${size#ms:1-30000}000000
            source.ip = ${remote.ip}
            destination.ip = ${host.ip}
            destination.port := 443
            host.name = ${host.name}
            user.name ?30 = HALDEN\${user.name}
            http.request.method = ${pick#verb:GET|GET|POST|OPTIONS}
            http.response.status_code := ${pick#status:200|200|401|302|500}
            url.path = /owa/auth/${pick#page:logon.aspx|Current/themes/resources/segoeui.woff|owaauth.dll}
            user_agent.original = ${agent.text}
            message = ${time:space} ${host.ip} ${pick#verb} /owa/auth/${pick#page} url=https%3a%2f%2fmail.halden.example%2fowa%2f&reason=0 443 HALDEN\${user.name} ${remote.ip} ${agent.name} - ${pick#status} 0 0 ${size#ms}
            """#),
        EventShape(
            "haproxy-http", weight: 22,
            #"""
            event.category := ["web"]
            event.type := ["access"]
            event.dataset = haproxy.log
            source.ip = ${remote.ip}
            source.port := ${int#port:1024-65535}
            host.name = ${server.name}
            http.response.status_code := ${pick#status:200|200|200|404|503}
            http.response.bytes := ${size#bytes:100-900000}
            haproxy := {"frontend_name":"https-in","backend_name":"${pick#back:payments|site|api}","server_name":"node${int#node:1-6}","time_queue":0,"time_backend_connect":${int#connect:0-40},"connections":{"active":${int:1-900},"retries":0},"ratio":${pick:0.25|1e-3|2.50|100E-2|-0.0}}
            message = ${remote.ip}:${int#port} [${time:commonLog}] https-in~ ${pick#back}/node${int#node} 0/0/${int#connect}/${size:1-3000}/${size:1-3000} ${pick#status} ${size#bytes} - - ---- ${int:1-900}/${int:1-900}/0/0/0 0/0 "GET ${page.path} HTTP/2.0"
            """#),
        EventShape(
            "waf-modsecurity", weight: 5,
            #"""
            event.kind = alert
            event.category := ["web","intrusion_detection"]
            event.type := ["denied"]
            rule.id = ${pick#id:942100|941100|930120|920350}
            event.severity := ${pick#id:2|2|3|5}
            source.ip = ${remote.ip}
            host.name = ${server.name}
            url.original = ${page.path}
            http.request.body.content = ${pick#id:id=1' OR '1'='1' -- -|<script>alert(document.cookie)</script>|../../../../etc/passwd|Host: 198.51.100.7}
            message = [${time:commonLog}] ${id:18} ModSecurity: Access denied with code 403 (phase 2). Matched "Operator `${pick#id:DetectSQLi|DetectXSS|PmFromFile|Rx}' [file "/etc/modsecurity/REQUEST-${pick#id:942|941|930|920}.conf"] [id "${pick#id}"] [hostname "${server.fqdn}"] [uri "${page.path}"] [client ${remote.ip}]
            """#),
    ]
}
