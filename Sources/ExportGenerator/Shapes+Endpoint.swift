extension EventShape {
    /// Detections of endpoint protection. CrowdStrike and Defender send JSON, which stays as text in `message`.
    static let endpointAlerts: [EventShape] = [
        EventShape(
            "crowdstrike-detection", weight: 4,
            #"""
            event.kind = alert
            event.category := ["malware"]
            event.type := ["info"]
            event.severity := ${pick#level:2|3|3|4}
            event.action = ${pick#name:Suspicious Activity|NGAV|Overwatch Detection|Known Malware}
            event.url = https://falcon.crowdstrike.com/activity/detections/detail/${host.agent}/${int#detection:1000000000-99999999999}
            host.name = ${host.name}
            host.ip := ["${host.ip}"]
            user.name = ${user.name}
            process.name = ${proc.name}
            process.command_line = ${proc.command}
            file.hash.sha256 = ${proc.sha256}
            threat.technique.name := ["${pick#mitre:Process Injection|Scripting|Masquerading|Valid Accounts}"]
            observer.vendor = CrowdStrike
            observer.product = Falcon
            message =json= {"metadata":{"customerIDString":"46de5283260647ec8f28def00bffd094","offset":${int:1000-9999999},"eventType":"DetectionSummaryEvent","eventCreationTime":${time:epochMillis},"version":"1.0"},"event":{"ProcessId":${int:100000000-99999999999},"ComputerName":"${host.name}","UserName":"${user.name}","DetectName":"${pick#name}","Severity":${pick#level},"FileName":"${proc.name}","FilePath":"${proc.path}","CommandLine":"${proc.command}","SHA256String":"${proc.sha256}","MACAddress":"${host.mac}","Technique":"${pick#mitre}","DetectId":"ldt:${host.agent}:${int#detection}","LocalIP":"${host.ip}"}}
            """#),
        EventShape(
            "sentinelone-threat", weight: 4,
            #"""
            event.kind = alert
            event.category := ["malware"]
            event.type := ["info"]
            event.action = ${pick#state:mitigated|mitigated|active|marked_as_benign}
            host.name = ${host.name}
            host.id = ${uuid#agent}
            file.path = ${file.path}
            file.name = ${file.name}
            file.hash.sha256 = ${file.sha256}
            file.size := ${size#size:2000-90000000}
            sentinelone := {"threat":{"confidence":"${pick#sure:malicious|suspicious}","classification":"${pick#class:Trojan|PUA|Ransomware|Miner}","engines":["On-Write DFI","Reputation"],"storyline":"${ID:16}"},"site":{"name":"Halden / é","id":${int:100000000000000000-999999999999999999}}}
            observer.vendor = SentinelOne
            observer.product = Singularity
            message =json= {"accountName":"Halden","agentDetectionInfo":{"agentUuid":"${uuid#agent}","agentOsName":"${host.os}","agentIpV4":"${host.ip}"},"threatInfo":{"classification":"${pick#class}","confidenceLevel":"${pick#sure}","filePath":"${file.path}","fileSize":${size#size},"sha256":"${file.sha256}","mitigationStatus":"${pick#state}","identifiedAt":"${time:iso}"}}
            """#),
        EventShape(
            "defender-alert", weight: 5,
            #"""
            event.kind = alert
            event.category := ["intrusion_detection"]
            event.type := ["info"]
            event.id = da${uuid#alert}_1
            event.severity := ${pick#level:21|47|73}
            event.reason = ${pick#title:Suspicious PowerShell command line|'Wacatac' malware was prevented|Unusual addition of credentials|Connection to a custom network indicator}
            host.name = ${host.fqdn}
            user.name = ${user.name}
            user.email = ${user.email}
            process.command_line ?60 = ${proc.command}
            process.executable ?60 = ${proc.path}
            observer.vendor = Microsoft
            observer.product = Microsoft Defender for Endpoint
            message =json= {"id":"da${uuid#alert}_1","incidentId":${int:1000-9999},"severity":"${pick#level:Low|Medium|High}","status":"${pick:New|InProgress|Resolved}","title":"${pick#title}","computerDnsName":"${host.fqdn}","relatedUser":{"userName":"${user.name}","domainName":"HALDEN"},"evidence":[{"entityType":"Process","fileName":"${proc.name}","filePath":"${proc.path}","processCommandLine":"${proc.command}","sha256":"${proc.sha256}"}],"alertCreationTime":"${time:iso}"}
            """#),
        EventShape(
            "defender-device-process", weight: 22,
            #"""
            event.action = ProcessCreated
            event.category := ["process"]
            event.type := ["start"]
            event.dataset = device_process_events
            host.name = ${host.fqdn}
            host.id = ${host.agent}
            user.name = ${user.name}
            process.name = ${proc.name}
            process.pid := ${int:400-29999}
            process.command_line = ${proc.command}
            process.hash.sha256 = ${proc.sha256}
            process.parent.name = ${proc.parent}
            process.args_count := ${int:1-14}
            microsoft.defender.report.id = ${int:1000-999999}
            microsoft.defender.threat.score := 0.${int:10-99}
            observer.vendor = Microsoft
            message =json= {"time":"${time:iso}","tenantId":"2d0602ed-51f0-4e04-8f32-43f0ed1bd6a5","category":"AdvancedHunting-DeviceProcessEvents","properties":{"DeviceId":"${host.agent}","DeviceName":"${host.fqdn}","ActionType":"ProcessCreated","FileName":"${proc.name}","FolderPath":"${proc.path}","ProcessCommandLine":"${proc.command}","AccountName":"${user.name}","AccountSid":"${user.sid}","InitiatingProcessFileName":"${proc.parent}"}}
            """#),
    ]
}
