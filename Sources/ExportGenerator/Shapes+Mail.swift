extension EventShape {
    static let mail: [EventShape] = [
        EventShape(
            "o365-message-trace", weight: 26,
            #"""
            event.action = ${pick#status:Delivered|Delivered|Delivered|FilteredAsSpam|Quarantined}
            event.category := ["email"]
            event.type := ["info"]
            event.dataset = message_trace
            email.from.address := ["${pick#from:facture|no-reply|newsletter|info|sales}@${sender.domain}"]
            email.to.address := ["${user.email}"]
            email.subject = ${mail.subject}
            email.message_id = <${id#id:24}@${sender.domain}>
            email.attachments ?35 := [{"file":{"name":"${mail.attachment}","size":${size:900-9000000}}}]
            source.ip = ${remote.ip}
            message =json= {"Organization":"halden.example","MessageId":"<${id#id}@${sender.domain}>","Received":"${time:isoSeconds}","SenderAddress":"${pick#from}@${sender.domain}","RecipientAddress":"${user.email}","Subject":"${mail.subject}","Status":"${pick#status}","ToIP":null,"FromIP":"${remote.ip}","Size":${size:2000-20000000},"MessageTraceId":"${uuid}"}
            """#),
        EventShape(
            "o365-audit", weight: 24,
            #"""
            event.action = ${pick#do:FileAccessed|FileDownloaded|MailItemsAccessed|New-InboxRule|UserLoggedIn|FileModified}
            event.category := ["${pick#do:file|file|email|configuration|authentication|file}"]
            event.type := ["info"]
            event.dataset = o365.audit
            event.outcome = success
            user.email = ${user.email}
            source.ip = ${remote.ip}
            source.port ?50 := ${int:1024-65535}
            file.name ?50 = ${file.name}
            o365.audit := {"RecordType":${pick#do:6|6|50|1|15|6},"Workload":"${pick#do:SharePoint|SharePoint|Exchange|Exchange|AzureActiveDirectory|OneDrive}","UserType":0,"OrganizationId":"2d0602ed-51f0-4e04-8f32-43f0ed1bd6a5","ExtendedProperties":[{"Name":"UserAgent","Value":"${agent.text}"},{"Name":"RequestType","Value":"OAuth2:Authorize"}]}
            message =json= {"CreationTime":"${time:isoSeconds}","Id":"${uuid}","Operation":"${pick#do}","OrganizationId":"2d0602ed-51f0-4e04-8f32-43f0ed1bd6a5","ResultStatus":"Succeeded","UserKey":"${user.sid}","Version":1,"ClientIP":"${remote.ip}","UserId":"${user.email}","ObjectId":"https://halden.sharepoint.com/sites/Büro/${file.name}"}
            """#),
        EventShape(
            "postfix-smtp", weight: 24,
            #"""
            event.action = ${pick#status:sent|sent|sent|deferred|bounced}
            event.category := ["email"]
            event.type := ["info"]
            event.outcome = ${pick#status:success|success|success|unknown|failure}
            email.to.address := ["${user.email}"]
            email.local_id = ${ID#queue:10}
            destination.domain = ${sender.domain}
            destination.ip = ${sender.ip}
            destination.port := 25
            network.protocol = smtp
            process.name = postfix/smtp
            process.pid := ${int#pid:600-30000}
            host.name = ${server.name}
            message = ${time:syslog} ${server.name} postfix/smtp[${int#pid}]: ${ID#queue}: to=<${user.email}>, relay=${sender.domain}[${sender.ip}]:25, delay=${int:0-9}.${int:10-99}, delays=0.02/0/0.${int:10-99}/1.1, dsn=${pick#status:2.0.0|2.0.0|2.0.0|4.4.1|5.1.1}, status=${pick#status} (${pick#status:250 2.0.0 Ok: queued|250 OK|250 Message accepted|connect: Connection timed out|550 5.1.1 User unknown})
            """#),
        EventShape(
            "proofpoint-message", weight: 6,
            #"""
            event.action = ${pick#do:delivered|blocked|clicked}
            event.category := ["email"]
            event.type := ["${pick#do:info|denied|info}"]
            event.kind = ${pick#do:event|alert|alert}
            email.from.address := ["${pick#from:support|billing|hr}@${sender.domain}"]
            email.to.address := ["${user.email}","${user.email#cc}"]
            email.subject = ${mail.subject}
            source.ip = ${remote.ip}
            proofpoint.tap := {"classification":"${pick#class:phish|malware|spam|impostor}","threatStatus":"active","scores":{"spam":${int:0-100},"phish":${int:0-100},"malware":${int:0-100}},"messageParts":[{"disposition":"inline","contentType":"text/plain"},{"disposition":"attached","filename":"${mail.attachment}","sha256":"${hex:64}"}]}
            message =json= {"GUID":"${id:32}","QID":"${id:12}","recipient":["${user.email}"],"sender":"${pick#from}@${sender.domain}","senderIP":"${remote.ip}","subject":"${mail.subject}","messageTime":"${time:isoSeconds}","threatsInfoMap":[{"threat":"https://${sender.domain}${page.path}","classification":"${pick#class}","threatTime":"${time:isoSeconds}"}]}
            """#),
    ]
}
