extension EventShape {
    /// Audit logs of cloud platforms. Some keep a part of the record as nested objects.
    static let cloud: [EventShape] = [
        EventShape(
            "aws-cloudtrail", weight: 40,
            #"""
            event.action = ${pick#api:AssumeRole|GetObject|PutObject|DescribeInstances|ConsoleLogin|CreateUser|ListBuckets|Decrypt}
            event.provider = ${pick#api:sts|s3|s3|ec2|signin|iam|s3|kms}.amazonaws.com
            event.category := ["configuration"]
            event.type := ["${pick#api:access|access|change|access|start|creation|access|access}"]
            event.outcome = ${pick#result:success|success|success|success|failure}
            event.id = ${uuid#event}
            cloud.provider = aws
            cloud.region = ${pick#region:eu-west-3|eu-west-3|eu-central-1|us-east-1}
            cloud.account.id = 123456789012
            source.ip = ${remote.ip}
            source.geo.country_iso_code = ${remote.country}
            user.name = ${user.name}
            user_agent.original = ${agent.text}
            aws := {"cloudtrail":{"event_version":"1.09","recipient_account_id":"123456789012","read_only":${pick:true|true|false},"user_identity":{"type":"AssumedRole","access_key_id":"ASIA${ID#key:16}","session_context":{"mfa_authenticated":${pick:true|false},"creation_date":"${time:isoSeconds}"}},"resources":[{"type":"AWS::S3::Object","arn":"arn:aws:s3:::halden-${pick#bucket:logs|backups|données|artifacts}/${hex#object:8}"}]}}
            error.code ?12 = ${pick:AccessDenied|Client.UnauthorizedOperation|ThrottlingException}
            message =json= {"eventVersion":"1.09","userIdentity":{"type":"AssumedRole","principalId":"AROA${ID:16}:${user.email}","arn":"arn:aws:sts::123456789012:assumed-role/Admin/${user.email}","accountId":"123456789012","accessKeyId":"ASIA${ID#key}"},"eventTime":"${time:isoSeconds}","eventSource":"${pick#api:sts|s3|s3|ec2|signin|iam|s3|kms}.amazonaws.com","eventName":"${pick#api:AssumeRole|GetObject|PutObject|DescribeInstances|ConsoleLogin|CreateUser|ListBuckets|Decrypt}","awsRegion":"${pick#region}","sourceIPAddress":"${remote.ip}","userAgent":"${agent.text}","requestParameters":{"bucketName":"halden-${pick#bucket}","key":"${hex#object}"},"requestID":"${ID:16}","eventID":"${uuid#event}","eventType":"AwsApiCall"}
            """#),
        EventShape(
            "azure-activity", weight: 14,
            #"""
            event.action = ${pick#op:Microsoft.Compute/virtualMachines/start/action|Microsoft.Storage/storageAccounts/listKeys/action|Microsoft.Authorization/roleAssignments/write|Microsoft.Network/networkSecurityGroups/write}
            event.category := ["configuration"]
            event.type := ["change"]
            event.outcome = ${pick#result:success|success|failure}
            event.id = ${uuid#event}
            cloud.provider = azure
            source.ip = ${remote.ip}
            user.email = ${user.email}
            azure := {"subscription_id":"${pick#subscription:5f7a1c1e-0f70-4d3a-9b0e-3b1b6a2f9f10|c4a6b9d0-7c2b-4e11-8f5d-2a9d0c7e5b21}","resource":{"group":"RG-${pick#group:PROD|TEST|BÜRO}","name":"vm-${int#vm:1-60}"},"identity":{"claims":{"appid":"${uuid}","ipaddr":"${remote.ip}","name":"${user.display}"}}}
            message =json= {"time":"${time:iso}","resourceId":"/SUBSCRIPTIONS/${pick#subscription}/RESOURCEGROUPS/RG-${pick#group}/PROVIDERS/MICROSOFT.COMPUTE/VIRTUALMACHINES/VM-${int#vm}","operationName":"${pick#op}","category":"Administrative","resultType":"${pick#result:Success|Success|Failure}","callerIpAddress":"${remote.ip}","correlationId":"${uuid}","identity":{"claims":{"name":"${user.display}"}},"eventDataId":"${uuid#event}"}
            """#),
        EventShape(
            "google-workspace-login", weight: 14,
            #"""
            event.action = ${pick#do:login_success|login_success|login_success|login_failure|login_challenge|2sv_change}
            event.category := ["authentication"]
            event.type := ["${pick#do:start|start|start|start|info|change}"]
            event.dataset = login
            event.provider = google
            source.ip = ${remote.ip}
            user.email = ${user.email}
            user.name = ${user.name}
            organization.id = C03az79cb
            google.login.type = ${pick#type:google_password|saml|reauth}
            google.login.challenge_method := ["password","${pick:google_authenticator|none|security_key}"]
            message =json= {"kind":"admin#reports#activity","id":{"time":"${time:iso}","uniqueQualifier":"${int:100000000000000000-999999999999999999}","applicationName":"login","customerId":"C03az79cb"},"actor":{"email":"${user.email}","profileId":"1${int:10000000000000000000-18000000000000000000}"},"ipAddress":"${remote.ip}","events":[{"type":"login","name":"${pick#do}","parameters":[{"name":"login_type","value":"${pick#type}"},{"name":"is_suspicious","boolValue":${pick:false|false|false|true}}]}]}
            """#),
        EventShape(
            "kubernetes-audit", weight: 38,
            #"""
            event.action = ${pick#verb:get|list|watch|create|patch|delete}
            event.category := ["configuration"]
            event.type := ["${pick#verb:access|access|access|creation|change|deletion}"]
            event.dataset = kubernetes.audit_logs
            orchestrator.type = kubernetes
            orchestrator.cluster.name = k8s-prod-par
            orchestrator.namespace = ${pick#space:default|payments|kube-system|monitoring|données}
            orchestrator.resource.type = ${pick#kind:pods|secrets|configmaps|deployments|leases}
            source.ip := ["${server.ip}"]
            user.name = system:serviceaccount:${pick#space}:${pick#account:default|argocd|prometheus|payments-api}
            kubernetes := {"audit":{"level":"Metadata","stage":"ResponseComplete","verb":"${pick#verb}","objectRef":{"resource":"${pick#kind}","namespace":"${pick#space}","name":"${pick#account}-${hex#pod:10}","apiVersion":"v1"},"responseStatus":{"code":${pick#code:200|200|200|201|403|404}},"annotations":{"authorization.k8s.io/decision":"${pick#code:allow|allow|allow|allow|forbid|allow}","authorization.k8s.io/reason":""}}}
            user_agent.original = ${agent.text}
            message =json= {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"${uuid}","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/${pick#space}/${pick#kind}/${pick#account}-${hex#pod}?timeout=${int:1-60}s","verb":"${pick#verb}","user":{"username":"system:serviceaccount:${pick#space}:${pick#account}","groups":["system:serviceaccounts","system:authenticated"]},"sourceIPs":["${server.ip}"],"responseStatus":{"metadata":{},"code":${pick#code}},"requestReceivedTimestamp":"${time:iso}"}
            """#),
        EventShape(
            "github-audit", weight: 10,
            #"""
            event.action = ${pick#do:git.clone|git.push|git.fetch|repo.create|protected_branch.destroy|org.add_member|personal_access_token.request_created}
            event.category := ["${pick#do:file|file|file|configuration|configuration|iam|iam}"]
            event.type := ["${pick#do:access|change|access|creation|deletion|change|creation}"]
            user.name = ${user.name}
            source.ip ?90 = ${remote.ip}
            organization.name = halden
            github.repository = halden/${pick#repo:payments|infra|site-web|müşteri-portal|docs}
            github.transport = ${pick:http|ssh}
            user_agent.original ?60 = git/2.47.1
            message =json= {"@timestamp":${time:epochMillis},"_document_id":"${id:22}","action":"${pick#do}","actor":"${user.name}","actor_ip":"${remote.ip}","actor_location":{"country_code":"${remote.country}"},"org":"halden","repo":"halden/${pick#repo}","visibility":"private"}
            """#),
    ]

    /// Sign-ins and directories.
    static let identity: [EventShape] = [
        EventShape(
            "azure-ad-signin", weight: 32,
            #"""
            event.action = Sign-in activity
            event.category := ["authentication"]
            event.type := ["start"]
            event.outcome = ${pick#result:success|success|success|success|failure|failure}
            event.id = ${uuid#event}
            source.ip = ${remote.ip}
            source.geo.city_name = ${remote.city}
            source.geo.country_iso_code = ${remote.country}
            user.email = ${user.email}
            user.full_name = ${user.display}
            user.id = ${user.id}
            user_agent.original = ${agent.text}
            service.name = ${pick#app:Office 365 Exchange Online|Microsoft Teams|Azure Portal|Windows Sign In|SharePoint Online}
            error.code = ${pick#result:0|0|0|0|50126|50074}
            azuread.properties := {"riskState":"${pick:none|none|none|atRisk}","conditionalAccessStatus":"${pick:success|notApplied|failure}","isInteractive":${pick:true|false},"authenticationDetails":[{"authenticationMethod":"${pick:Password|FIDO2 security key|Previously satisfied}","succeeded":${pick:true|true|false}}]}
            message =json= {"time":"${time:iso}","operationName":"Sign-in activity","category":"SignInLogs","tenantId":"2d0602ed-51f0-4e04-8f32-43f0ed1bd6a5","resultType":"${pick#result:0|0|0|0|50126|50074}","resultDescription":"${pick#result:||||Error validating credentials due to invalid username or password.|Strong Authentication is required.}","callerIpAddress":"${remote.ip}","identity":"${user.display}","location":"${remote.country}","properties":{"id":"${uuid#event}","userPrincipalName":"${user.email}","userId":"${user.id}","appDisplayName":"${pick#app}","userAgent":"${agent.text}","location":{"city":"${remote.city}","countryOrRegion":"${remote.country}","geoCoordinates":{"latitude":48.${int:100-999},"longitude":2.${int:100-999}}}}}
            """#),
        EventShape(
            "okta-system", weight: 20,
            #"""
            event.action = ${pick#do:user.session.start|user.authentication.sso|user.authentication.auth_via_mfa|policy.evaluate_sign_on|user.account.lock}
            event.category := ["authentication"]
            event.type := ["${pick#do:start|start|info|info|change}"]
            event.outcome = ${pick#result:success|success|success|failure}
            event.id = ${uuid#event}
            source.ip = ${remote.ip}
            source.as.organization.name = ${remote.org}
            user.name = ${user.email}
            user.full_name = ${user.display}
            user_agent.name = ${agent.name}
            user_agent.original = ${agent.text}
            okta.display_message = ${pick#do:User login to Okta|User single sign on to app|Authentication of user via MFA|Evaluation of sign-on policy|Max sign in attempts exceeded}
            message =json= {"actor":{"id":"00u${id:17}","type":"User","alternateId":"${user.email}","displayName":"${user.display}"},"client":{"userAgent":{"rawUserAgent":"${agent.text}","os":"${agent.os}","browser":"${agent.name}"},"ipAddress":"${remote.ip}","geographicalContext":{"city":"${remote.city}","country":"${remote.country}"}},"eventType":"${pick#do}","outcome":{"result":"${pick#result:SUCCESS|SUCCESS|SUCCESS|FAILURE}","reason":null},"published":"${time:iso}","severity":"INFO","uuid":"${uuid#event}"}
            """#),
        EventShape(
            "vpn-globalprotect", weight: 14,
            #"""
            event.action = ${pick#do:gateway-connected|gateway-logout|portal-auth|gateway-auth}
            event.category := ["network","session"]
            event.type := ["${pick#do:start|end|info|info}"]
            event.outcome = ${pick#result:success|success|success|failure}
            source.ip = ${remote.ip}
            source.geo.country_iso_code = ${remote.country}
            source.nat.ip = 10.99.${int#net:0-7}.${int#last:2-254}
            user.name = ${user.name}
            user.domain = halden
            host.name = ${host.name}
            host.os.version = ${host.os}
            observer.name = gw-par-01
            observer.product = GlobalProtect
            message = 1,${time:slash},007954000351998,GLOBALPROTECT,0,2561,${time:slash},vsys1,${pick#do},${pick:login|before-login|tunnel},SAML,IPSec,halden\${user.name},${remote.country},${host.name},${remote.ip},0.0.0.0,10.99.${int#net}.${int#last},0.0.0.0,${hex:8},${host.mac},6.2.4,Windows,"${host.os} , 64-bit",1,,,"",${pick#result},,0,,0,GW-Paris
            """#),
        EventShape(
            "vpn-openvpn", weight: 10,
            #"""
            event.action = ${pick#do:Peer Connection Initiated|VERIFY OK|AUTH_FAILED}
            event.category := ["network","authentication"]
            event.type := ["start"]
            event.outcome = ${pick#do:success|success|failure}
            source.ip = ${remote.ip}
            source.port := ${int#port:1024-65535}
            user.name = ${user.name}
            host.name = ${server.name}
            process.name = openvpn
            message = ${time:syslog} ${server.name} openvpn[${int:600-30000}]: ${user.name}/${remote.ip}:${int#port} ${pick#do:Peer Connection Initiated|VERIFY OK: depth=0, CN=client|SENT CONTROL: 'AUTH_FAILED' (status=1)} with [AF_INET]${remote.ip}:${int#port}
            """#),
        EventShape(
            "duo-mfa", weight: 8,
            #"""
            event.action = ${pick#result:approved|approved|denied|timeout}
            event.category := ["authentication"]
            event.type := ["info"]
            event.outcome = ${pick#result:success|success|failure|failure}
            event.reason = ${pick#result:user_approved|remembered_device|user_marked_fraud|no_response}
            user.name = ${user.name}
            user.email = ${user.email}
            source.ip = ${remote.ip}
            duo.security.factor = ${pick#factor:duo_push|duo_push|passcode|webauthn}
            message =json= {"eventtype":"authentication","access_device":{"ip":"${remote.ip}","location":{"city":"${remote.city}","country":"${remote.country}"}},"application":{"name":"VPN \"Halden\""},"email":"${user.email}","factor":"${pick#factor}","isotimestamp":"${time:isoSeconds}","reason":"${pick#result:user_approved|remembered_device|user_marked_fraud|no_response}","result":"${pick#result}","timestamp":${time:epoch},"txid":"${uuid}"}
            """#),
    ]
}
