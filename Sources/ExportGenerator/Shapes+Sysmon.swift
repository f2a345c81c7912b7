extension EventShape {
    /// Microsoft Sysmon.
    static let windowsSysmon: [EventShape] = [
        EventShape(
            "sysmon-1-process", weight: 44,
            #"""
            event.code = 1
            event.provider = Microsoft-Windows-Sysmon
            event.action = Process Create (rule: ProcessCreate)
            event.category := ["process"]
            event.type := ["start"]
            event.dataset = windows.sysmon_operational
            host.name = ${host.name}
            host.os.family = windows
            user.name = ${user.name}
            user.domain = HALDEN
            process.entity_id = {${guid#process}}
            process.pid := ${int#pid:400-29999}
            process.name = ${proc.name}
            process.executable = ${proc.path}
            process.command_line = ${proc.command}
            process.hash.sha256 = ${proc.sha256}
            process.hash.md5 = ${proc.md5}
            process.pe.company = ${proc.company}
            process.parent.name = ${proc.parent}
            process.parent.executable = ${proc.parentpath}
            process.parent.pid := ${int#ppid:400-29999}
            related.hash := ["${proc.md5}","${proc.sha256}"]
            message = Process Create:⏎RuleName: -⏎UtcTime: ${time:spaceMillis}⏎ProcessGuid: {${guid#process}}⏎ProcessId: ${int#pid}⏎Image: ${proc.path}⏎Company: ${proc.company}⏎CommandLine: ${proc.command}⏎CurrentDirectory: C:\Windows\system32\⏎User: HALDEN\${user.name}⏎IntegrityLevel: ${pick:Medium|Medium|High|System}⏎Hashes: MD5=${proc.md5},SHA256=${proc.sha256}⏎ParentProcessId: ${int#ppid}⏎ParentImage: ${proc.parentpath}
            """#),
        EventShape(
            "sysmon-3-connection", weight: 36,
            #"""
            event.code = 3
            event.provider = Microsoft-Windows-Sysmon
            event.action = Network connection detected (rule: NetworkConnect)
            event.category := ["network"]
            event.type := ["connection","start","protocol"]
            event.dataset = windows.sysmon_operational
            host.name = ${host.name}
            user.name = ${user.name}
            process.name = ${proc.name}
            process.executable = ${proc.path}
            process.pid := ${int#pid:400-29999}
            source.ip = ${host.ip}
            source.port := ${int#port:49152-65535}
            destination.ip = ${remote.ip}
            destination.port := ${pick#to:443|443|443|80|8080|53}
            network.transport = ${pick#proto:tcp|tcp|tcp|udp}
            network.direction = egress
            message = Network connection detected:⏎RuleName: -⏎UtcTime: ${time:spaceMillis}⏎ProcessGuid: {${guid}}⏎ProcessId: ${int#pid}⏎Image: ${proc.path}⏎User: HALDEN\${user.name}⏎Protocol: ${pick#proto}⏎Initiated: true⏎SourceIp: ${host.ip}⏎SourceHostname: ${host.fqdn}⏎SourcePort: ${int#port}⏎DestinationIp: ${remote.ip}⏎DestinationPort: ${pick#to}
            """#),
        EventShape(
            "sysmon-11-file", weight: 24,
            #"""
            event.code = 11
            event.provider = Microsoft-Windows-Sysmon
            event.action = File created (rule: FileCreate)
            event.category := ["file"]
            event.type := ["creation"]
            event.dataset = windows.sysmon_operational
            host.name = ${host.name}
            user.name = ${user.name}
            process.name = ${proc.name}
            process.executable = ${proc.path}
            file.path = ${file.path}
            file.name = ${file.name}
            file.extension = ${file.extension}
            message = File created:⏎RuleName: -⏎UtcTime: ${time:spaceMillis}⏎ProcessGuid: {${guid}}⏎ProcessId: ${int:400-29999}⏎Image: ${proc.path}⏎TargetFilename: ${file.path}⏎CreationUtcTime: ${time:spaceMillis}⏎User: HALDEN\${user.name}
            """#),
        EventShape(
            "sysmon-22-dns", weight: 28,
            #"""
            event.code = 22
            event.provider = Microsoft-Windows-Sysmon
            event.action = Dns query (rule: DnsQuery)
            event.category := ["network"]
            event.type := ["connection","protocol","info"]
            event.dataset = windows.sysmon_operational
            host.name = ${host.name}
            process.name = ${proc.name}
            process.executable = ${proc.path}
            dns.question.name = ${site.domain}
            dns.resolved_ip := ["${site.ip}","::ffff:${site.ip}"]
            dns.answers := [{"type":"A","data":"${site.ip}"}]
            network.protocol = dns
            sysmon.dns.status = ${pick#status:SUCCESS|SUCCESS|SUCCESS|DNS_ERROR_RCODE_NAME_ERROR}
            message = Dns query:⏎RuleName: -⏎UtcTime: ${time:spaceMillis}⏎ProcessId: ${int:400-29999}⏎QueryName: ${site.domain}⏎QueryStatus: ${pick#status:0|0|0|9003}⏎QueryResults: ::ffff:${site.ip};⏎Image: ${proc.path}
            """#),
        EventShape(
            "sysmon-10-process-access", weight: 8,
            #"""
            event.code = 10
            event.provider = Microsoft-Windows-Sysmon
            event.action = Process accessed (rule: ProcessAccess)
            event.category := ["process"]
            event.type := ["access"]
            event.dataset = windows.sysmon_operational
            host.name = ${host.name}
            process.name = ${proc.name}
            process.executable = ${proc.path}
            winlog.event_data.TargetImage = ${proc.path#target}
            winlog.event_data.GrantedAccess = ${pick#mask:0x1000|0x1400|0x1fffff|0x40}
            winlog.event_data.CallTrace = C:\Windows\SYSTEM32\ntdll.dll+9d4c4|C:\Windows\System32\KERNELBASE.dll+2c13e|UNKNOWN(00000${hex:11})
            message = Process accessed:⏎UtcTime: ${time:spaceMillis}⏎SourceProcessId: ${int:400-29999}⏎SourceImage: ${proc.path}⏎TargetImage: ${proc.path#target}⏎GrantedAccess: ${pick#mask}
            """#),
        EventShape(
            "sysmon-13-registry", weight: 12,
            #"""
            event.code = 13
            event.provider = Microsoft-Windows-Sysmon
            event.action = Registry value set (rule: RegistryEvent)
            event.category := ["configuration","registry"]
            event.type := ["change"]
            event.dataset = windows.sysmon_operational
            host.name = ${host.name}
            process.executable = ${proc.path}
            registry.hive = HKLM
            registry.path = HKLM\${pick#key:System\CurrentControlSet\Services\Tcpip\Parameters\DhcpServer|SOFTWARE\Microsoft\Windows\CurrentVersion\Run\OneDrive|SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU|System\CurrentControlSet\Services\bam\State\UserSettings}
            registry.data.strings := ["DWORD (0x${hex#data:8})"]
            message = Registry value set:⏎EventType: SetValue⏎UtcTime: ${time:spaceMillis}⏎Image: ${proc.path}⏎TargetObject: HKLM\${pick#key}⏎Details: DWORD (0x${hex#data})
            """#),
    ]
}
