extension EventShape {
    /// The Windows Security log.
    static let windowsSecurity: [EventShape] = [
        EventShape(
            "windows-4624-logon", weight: 62,
            #"""
            event.code = 4624
            event.provider = Microsoft-Windows-Security-Auditing
            event.action = logged-in
            event.category := ["authentication"]
            event.type := ["start"]
            event.outcome = success
            event.dataset = windows.security
            host.name = ${host.fqdn}
            host.os.name = ${host.os}
            user.name = ${user.name}
            user.domain = HALDEN
            user.id = ${user.sid}
            source.ip = ${host.ip#from}
            source.port := ${int#port:49152-65535}
            winlog.logon.type = ${pick#type:Network|Network|Network|Interactive|RemoteInteractive|Service}
            winlog.event_data.TargetLogonId = 0x${hex#logon:7}
            winlog.event_data.AuthenticationPackageName = ${pick#package:Kerberos|Kerberos|NTLM|Negotiate}
            related.ip := ["${host.ip#from}"]
            related.user := ["${user.name}"]
            event.id = ${uuid}
            message = An account was successfully logged on.⏎⏎Subject:⏎⇥Security ID:⇥⇥S-1-0-0⏎⇥Account Name:⇥⇥-⏎⏎Logon Information:⏎⇥Logon Type:⇥⇥${pick#type:3|3|3|2|10|5}⏎⇥Elevated Token:⇥⇥No⏎⏎New Logon:⏎⇥Security ID:⇥⇥${user.sid}⏎⇥Account Name:⇥⇥${user.name}⏎⇥Account Domain:⇥⇥HALDEN⏎⇥Logon ID:⇥⇥0x${hex#logon}⏎⏎Network Information:⏎⇥Workstation Name:⇥${host.name#from}⏎⇥Source Network Address:⇥${host.ip#from}⏎⇥Source Port:⇥⇥${int#port}⏎⏎Detailed Authentication Information:⏎⇥Authentication Package:⇥${pick#package}
            """#),
        EventShape(
            "windows-4625-logon-failed", weight: 14,
            #"""
            event.code = 4625
            event.provider = Microsoft-Windows-Security-Auditing
            event.action = logon-failed
            event.category := ["authentication"]
            event.type := ["start"]
            event.outcome = failure
            event.reason = ${pick#why:Unknown user name or bad password.|Unknown user name or bad password.|Account locked out.|The user has not been granted the requested logon type at this machine.}
            event.dataset = windows.security
            host.name = ${host.fqdn}
            user.name = ${user.name}
            user.domain = HALDEN
            source.ip = ${host.ip#from}
            winlog.logon.type = ${pick#type:Network|Interactive|RemoteInteractive}
            winlog.event_data.Status = ${pick#why:0xc000006d|0xc000006d|0xc0000234|0xc000015b}
            winlog.event_data.SubStatus = ${pick#why:0xc000006a|0xc0000064|0x0|0x0}
            winlog.event_data.ProcessName = C:\Windows\System32\svchost.exe
            related.ip := ["${host.ip#from}"]
            message = An account failed to log on.⏎⏎Subject:⏎⇥Security ID:⇥⇥S-1-5-18⏎⏎Logon Type:⇥⇥⇥${pick#type:3|2|10}⏎⏎Account For Which Logon Failed:⏎⇥Security ID:⇥⇥S-1-0-0⏎⇥Account Name:⇥⇥${user.name}⏎⇥Account Domain:⇥⇥HALDEN⏎⏎Failure Information:⏎⇥Failure Reason:⇥⇥${pick#why}⏎⇥Status:⇥⇥⇥${pick#why:0xC000006D|0xC000006D|0xC0000234|0xC000015B}⏎⏎Process Information:⏎⇥Caller Process Name:⇥C:\Windows\System32\svchost.exe⏎⏎Network Information:⏎⇥Workstation Name:⇥${host.name#from}⏎⇥Source Network Address:⇥${host.ip#from}
            """#),
        EventShape(
            "windows-4688-process", weight: 48,
            #"""
            event.code = 4688
            event.provider = Microsoft-Windows-Security-Auditing
            event.action = created-process
            event.category := ["process"]
            event.type := ["start"]
            event.outcome = success
            event.dataset = windows.security
            host.name = ${host.fqdn}
            host.ip := ["${host.ip}","${host.ip6}"]
            user.name = ${user.name}
            user.domain = HALDEN
            process.pid := ${int#pid:400-29999}
            process.name = ${proc.name}
            process.executable = ${proc.path}
            process.command_line = ${proc.command}
            process.parent.name = ${proc.parent}
            process.parent.executable = ${proc.parentpath}
            winlog.event_data.TokenElevationType = %%${pick:1936|1937|1938}
            winlog.event_data.MandatoryLabel = S-1-16-${pick:8192|12288|16384}
            message = A new process has been created.⏎⏎Creator Subject:⏎⇥Security ID:⇥⇥${user.sid}⏎⇥Account Name:⇥⇥${user.name}⏎⇥Account Domain:⇥⇥HALDEN⏎⏎Process Information:⏎⇥New Process ID:⇥⇥${int#pid}⏎⇥New Process Name:⇥${proc.path}⏎⇥Creator Process Name:⇥${proc.parentpath}⏎⇥Process Command Line:⇥${proc.command}
            """#),
        EventShape(
            "windows-4672-privileges", weight: 22,
            #"""
            event.code = 4672
            event.provider = Microsoft-Windows-Security-Auditing
            event.action = logged-in-special
            event.category := ["iam"]
            event.type := ["admin"]
            event.outcome = success
            event.dataset = windows.security
            host.name = ${host.fqdn}
            user.name = ${user.name}
            user.id = ${user.sid}
            winlog.event_data.PrivilegeList := ["SeSecurityPrivilege","SeBackupPrivilege","SeRestorePrivilege","SeTakeOwnershipPrivilege","SeDebugPrivilege"]
            message = Special privileges assigned to new logon.⏎⏎Subject:⏎⇥Security ID:⇥⇥${user.sid}⏎⇥Account Name:⇥⇥${user.name}⏎⇥Account Domain:⇥⇥HALDEN⏎⇥Logon ID:⇥⇥0x${hex:7}⏎⏎Privileges:⇥⇥SeSecurityPrivilege⏎⇥⇥⇥SeBackupPrivilege⏎⇥⇥⇥SeRestorePrivilege⏎⇥⇥⇥SeTakeOwnershipPrivilege⏎⇥⇥⇥SeDebugPrivilege
            """#),
        EventShape(
            "windows-5140-share", weight: 26,
            #"""
            event.code = 5140
            event.provider = Microsoft-Windows-Security-Auditing
            event.action = network-share-object-accessed
            event.category := ["network","file"]
            event.type := ["access"]
            event.outcome = success
            event.dataset = windows.security
            host.name = ${host.fqdn}
            user.name = ${user.name}
            source.ip = ${host.ip#from}
            source.port := ${int#port:49152-65535}
            winlog.event_data.ShareName = \\*\${pick#share:IPC$|SYSVOL|NETLOGON|projets|Büro|compta|public}
            winlog.event_data.AccessMask = ${pick:0x1|0x1|0x100080|0x12019f}
            message = A network share object was accessed.⏎⏎Subject:⏎⇥Security ID:⇥⇥${user.sid}⏎⇥Account Name:⇥⇥${user.name}⏎⇥Account Domain:⇥⇥HALDEN⏎⏎Network Information:⏎⇥Object Type:⇥⇥File⏎⇥Source Address:⇥⇥${host.ip#from}⏎⇥Source Port:⇥⇥${int#port}⏎⏎Share Information:⏎⇥Share Name:⇥⇥\\*\${pick#share}⏎⇥Share Path:⇥⇥\??\D:\Shares\${pick#share}
            """#),
        EventShape(
            "windows-7045-service", weight: 3,
            #"""
            event.code = 7045
            event.provider = Service Control Manager
            event.action = service-installed
            event.category := ["configuration"]
            event.type := ["creation"]
            event.dataset = windows.system
            host.name = ${host.fqdn}
            service.name = ${pick#service:Google Update Service|MpKslDrv|Halden Inventory|Npcap Loopback|Sense}
            winlog.event_data.ImagePath = ${pick#service:"C:\Program Files\Google\Update\GoogleUpdate.exe" /svc|\??\C:\ProgramData\Microsoft\Windows Defender\MpKsl.sys|C:\Program Files\Halden\inventory.exe --service|system32\drivers\npcap.sys|"C:\Program Files\Windows Defender Advanced Threat Protection\MsSense.exe"}
            winlog.event_data.StartType = ${pick:auto start|demand start}
            winlog.event_data.AccountName = LocalSystem
            message = A service was installed in the system.⏎⏎Service Name:  ${pick#service:Google Update Service|MpKslDrv|Halden Inventory|Npcap Loopback|Sense}⏎Service Start Type:  auto start⏎Service Account:  LocalSystem
            """#),
        EventShape(
            "windows-4768-kerberos", weight: 18,
            #"""
            event.code = 4768
            event.provider = Microsoft-Windows-Security-Auditing
            event.action = kerberos-authentication-ticket-requested
            event.category := ["authentication"]
            event.type := ["start"]
            event.outcome = ${pick#result:success|success|success|success|failure}
            event.dataset = windows.security
            host.name = dc-${pick:par|ber|mad}-0001.corp.halden.example
            user.name = ${user.name}
            user.domain = CORP.HALDEN.EXAMPLE
            source.ip = ::ffff:${host.ip}
            source.port := ${int:49152-65535}
            winlog.event_data.TicketEncryptionType = ${pick:0x12|0x12|0x17}
            winlog.event_data.Status = ${pick#result:0x0|0x0|0x0|0x0|0x18}
            message = Un ticket d’authentification Kerberos (TGT) a été demandé.⏎⏎Informations sur le compte :⏎⇥Nom du compte :⇥⇥${user.name}⏎⇥Nom du domaine Kerberos fourni :⇥CORP.HALDEN.EXAMPLE⏎⇥ID de l’utilisateur :⇥⇥${user.sid}⏎⏎Informations sur le réseau :⏎⇥Adresse du client :⇥⇥::ffff:${host.ip}⏎⏎Code de résultat :⇥⇥${pick#result:0x0|0x0|0x0|0x0|0x18}
            """#),
    ]
}
