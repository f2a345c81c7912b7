extension EventShape {
    /// Firewalls, intrusion detection and flow records.
    static let network: [EventShape] = [
        EventShape(
            "paloalto-traffic", weight: 84,
            #"""
            event.action = ${pick#do:allow|allow|allow|allow|deny|drop}
            event.category := ["network"]
            event.type := ["connection","${pick#do:allowed|allowed|allowed|allowed|denied|denied}"]
            event.outcome = ${pick#do:success|success|success|success|failure|failure}
            event.dataset = traffic
            source.ip = ${host.ip}
            source.port := ${int#port:49152-65535}
            source.bytes := ${size#sent:60-80000000}
            destination.ip = ${remote.ip}
            destination.port := ${pick#to:443|443|443|443|80|53|123|22|445|3389|8443}
            destination.bytes := ${size#got:60-600000000}
            network.transport = ${pick#proto:tcp|tcp|tcp|udp}
            network.application ?70 = ${pick#app:ssl|web-browsing|ms-office365-base|dns-base|ntp|ssh|quic}
            rule.name = ${pick#do:OUT-Web|OUT-Updates|VPN-to-DC|Büro → Cloud|Deny-All|Deny-All}
            observer.name = fw-par-01
            observer.vendor = Palo Alto Networks
            observer.product = PAN-OS
            message = 1,${time:slash},007954000351998,TRAFFIC,end,2561,${time:slash},${host.ip},${remote.ip},0.0.0.0,0.0.0.0,${pick#do:OUT-Web|OUT-Updates|VPN-to-DC|Büro → Cloud|Deny-All|Deny-All},halden\${user.name},,${pick#app:ssl|web-browsing|ms-office365-base|dns-base|ntp|ssh|quic},vsys1,trust,untrust,ethernet1/2,ethernet1/1,Syslog,${time:slash},${int:1000-999999},1,${int#port},${pick#to},0,0,0x400053,${pick#proto},${pick#do},${size#all:120-680000000},${size#sent},${size#got},${size:2-600000},${time:slash},${size:0-3600},any,0,${int:1000000000-9999999999},0x0,10.0.0.0-10.255.255.255,${remote.country},0
            """#),
        EventShape(
            "fortigate-traffic", weight: 52,
            #"""
            event.action = ${pick#do:accept|close|close|deny|timeout}
            event.category := ["network"]
            event.type := ["connection"]
            event.code = 0000000013
            event.duration := ${int#duration:1-900}000000000
            event.timezone = +0000
            source.ip = ${host.ip}
            source.port := ${int#port:49152-65535}
            source.bytes := ${size#sent:0-50000000}
            source.packets := ${size:1-40000}
            destination.ip = ${remote.ip}
            destination.port := ${pick#to:443|443|80|53|25|993|5223}
            destination.bytes := ${size#got:0-300000000}
            destination.geo.country_iso_code ?80 = ${remote.country}
            network.iana_number = ${pick#proto:6|6|6|17}
            observer.serial_number = FG100FTK20012345
            observer.vendor = Fortinet
            observer.product = Fortigate
            message = date=${time:date} time=${time:clock} devname="FG-BER-01" devid="FG100FTK20012345" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" eventtime=${time:epoch}828471629 tz="+0000" srcip=${host.ip} srcport=${int#port} srcintf="port1" dstip=${remote.ip} dstport=${pick#to} dstintf="wan1" dstcountry="${remote.country}" sessionid=${int:1000000-99999999} proto=${pick#proto} action="${pick#do}" policyid=${int:1-40} service="${pick:HTTPS|HTTP|DNS|SMTP}" trandisp="snat" duration=${int#duration} sentbyte=${size#sent} rcvdbyte=${size#got}
            """#),
        EventShape(
            "pfsense-filterlog", weight: 34,
            #"""
            event.action = ${pick#do:pass|block|block}
            event.category := ["network"]
            event.type := ["connection"]
            source.ip = ${remote.ip}
            source.port := ${int#port:1024-65535}
            destination.ip = 198.51.100.${int#last:1-30}
            destination.port := ${pick#to:22|23|80|443|445|3389|5060|8080|6379}
            network.transport = tcp
            network.direction = inbound
            observer.ingress.interface.name = igb0
            rule.id = ${int#rule:5-140}
            message = <134>1 ${time:isoSeconds} fw-mad-01 filterlog 71337 - - ${int#rule},,,1000000103,igb0,match,${pick#do},in,4,0x0,,${int:40-128},${int:1-65535},0,DF,6,tcp,${int:40-1500},${remote.ip},198.51.100.${int#last},${int#port},${pick#to},0,S,${int:1000000-4294967295},,64240,,mss;nop;wscale
            """#),
        EventShape(
            "cisco-asa", weight: 30,
            #"""
            event.code = ${pick#code:302013|302014|106023|305011}
            event.category := ["network"]
            event.type := ["${pick#code:start|end|denied|info}"]
            log.level = ${pick#code:informational|informational|warning|informational}
            source.ip = ${host.ip}
            source.port := ${int#port:1024-65535}
            destination.ip = ${remote.ip}
            destination.port := ${pick#to:443|80|53}
            observer.vendor = Cisco
            observer.product = Adaptive Security Appliance
            message = %ASA-${pick#code:6|6|4|6}-${pick#code}: ${pick#code:Built outbound TCP connection|Teardown TCP connection|Deny tcp src|Built dynamic TCP translation from} ${int:1000000-99999999} for outside:${remote.ip}/${pick#to} (${remote.ip}/${pick#to}) to inside:${host.ip}/${int#port} (198.51.100.7/${int#port})
            """#),
        EventShape(
            "suricata-alert", weight: 9,
            #"""
            event.kind = alert
            event.category := ["network","intrusion_detection"]
            event.type := ["allowed"]
            source.ip = ${remote.ip}
            source.port := ${int#port:1024-65535}
            destination.ip = ${server.ip}
            destination.port := ${pick#to:80|443|22|8080}
            network.transport = tcp
            rule.id = ${pick#sid:2013028|2001219|2024897|2019284}
            event.severity := ${pick#sid:3|2|1|2}
            rule.name = ${pick#sid:ET POLICY curl User-Agent Outbound|ET SCAN Potential SSH Scan|ET EXPLOIT Possible "Log4j" RCE Attempt (CVE-2021-44228)|ET ATTACK_RESPONSE Output of id command from HTTP server}
            observer.type = ids
            suricata := {"eve":{"flow_id":${int#flow:100000000000000-999999999999999},"event_type":"alert","in_iface":"ens192","flow":{"pkts_toserver":${size:1-900},"bytes_toserver":${size#bytes:60-900000}}}}
            message =json= {"timestamp":"${time:iso}","flow_id":${int#flow},"in_iface":"ens192","event_type":"alert","src_ip":"${remote.ip}","src_port":${int#port},"dest_ip":"${server.ip}","dest_port":${pick#to},"proto":"TCP","alert":{"action":"allowed","gid":1,"signature_id":${pick#sid},"signature":"${pick#sid:ET POLICY curl User-Agent Outbound|ET SCAN Potential SSH Scan|ET EXPLOIT Possible "Log4j" RCE Attempt (CVE-2021-44228)|ET ATTACK_RESPONSE Output of id command from HTTP server}","severity":${pick#sid:3|2|1|2}}}
            """#),
        EventShape(
            "zeek-conn", weight: 32,
            #"""
            event.category := ["network"]
            event.type := ["connection","end"]
            event.dataset = zeek.connection
            event.duration := ${size#ms:1-600000}000000
            network.community_id = 1:${id:27}=
            network.protocol ?65 = ${pick:ssl|dns|http|smb|krb_tcp}
            network.transport = tcp
            source.ip = ${host.ip}
            source.port := ${int#port:49152-65535}
            destination.ip = ${server.ip6}
            destination.port := ${pick#to:443|53|80|445|88}
            zeek.session_id = C${id#uid:17}
            zeek.connection.state = ${pick#state:SF|SF|SF|S0|REJ|RSTO}
            zeek.connection.history = ${pick:ShADadFf|ShADadfF|S|Dd|ShR}
            message = ${time:epoch}.482913⇥C${id#uid}⇥${host.ip}⇥${int#port}⇥${server.ip6}⇥${pick#to}⇥tcp⇥-⇥${size:0-600}.${int:100000-999999}⇥${size:0-900000}⇥${size:0-90000000}⇥${pick#state}⇥T⇥F⇥0
            """#),
    ]

    /// Proxies and secure web gateways.
    static let proxies: [EventShape] = [
        EventShape(
            "squid-access", weight: 58,
            #"""
            event.action = ${pick#tag:TCP_TUNNEL|TCP_MISS|TCP_MEM_HIT|TCP_DENIED}
            event.category := ["web","network"]
            event.type := ["access"]
            event.outcome = ${pick#tag:success|success|success|failure}
            event.duration := ${size#ms:1-90000}000000
            source.ip = ${host.ip}
            user.name ?85 = ${user.name}
            destination.ip = ${site.ip}
            destination.domain = ${site.domain}
            destination.port := ${pick#tag:443|80|80|443}
            http.request.method = ${pick#tag:CONNECT|GET|GET|CONNECT}
            http.response.status_code := ${pick#tag:200|200|200|403}
            http.response.bytes := ${size#bytes:200-40000000}
            url.original = ${pick#tag:|http://|http://|}${site.domain}${pick#tag::443|/index.html|/favicon.ico|:443}
            url.domain = ${site.domain}
            user_agent.original ?50 = ${agent.text}
            message = ${time:epoch}.107 ${size#ms} ${host.ip} ${pick#tag}/${pick#tag:200|200|200|403} ${size#bytes} ${pick#tag:CONNECT|GET|GET|CONNECT} ${site.domain}:443 ${user.name} HIER_DIRECT/${site.ip} -
            """#),
        EventShape(
            "zscaler-web", weight: 56,
            #"""
            event.action = ${pick#do:Allowed|Allowed|Allowed|Allowed|Blocked}
            event.category := ["web"]
            event.type := ["access"]
            event.reason ?20 = ${pick:Not allowed to browse this category|Security risk|Sandbox}
            source.ip = ${host.ip}
            source.nat.ip = 198.51.100.${int#nat:1-8}
            user.email = ${user.email}
            user.name = ${user.name}
            host.name = ${host.name}
            destination.ip = ${site.ip}
            http.request.method = ${pick#verb:GET|GET|POST|CONNECT}
            http.request.bytes := ${size#sent:200-3000000}
            http.response.bytes := ${size#got:200-90000000}
            http.response.status_code := ${pick#status:200|200|200|304|302|404}
            url.full = https://${site.domain}${page.path}
            url.domain = ${site.domain}
            url.path = ${page.path}
            user_agent.original = ${agent.text}
            rule.category = ${site.category}
            observer.vendor = Zscaler
            observer.product = Internet Access
            message = ${time:space}⇥reason=${pick#do}⇥event_id=${int:1000000000000000-9999999999999999}⇥protocol=HTTPS⇥action=${pick#do}⇥transactionsize=${size:400-99000000}⇥responsesize=${size#got}⇥requestsize=${size#sent}⇥urlcategory=${site.category}⇥serverip=${site.ip}⇥requestmethod=${pick#verb}⇥useragent=${agent.text}⇥product=NSS⇥location=Road Warrior⇥ClientIP=${host.ip}⇥status=${pick#status}⇥user=${user.email}⇥url=${site.domain}${page.path}⇥vendor=Zscaler⇥hostname=${host.name}
            """#),
        EventShape(
            "netskope-application", weight: 16,
            #"""
            event.action = ${pick#do:Upload|Download|View|Login Successful|Share}
            event.category := ["network","web"]
            event.type := ["info"]
            event.dataset = application
            user.email = ${user.email}
            source.ip = ${remote.ip}
            source.geo.country_iso_code = ${remote.country}
            source.geo.city_name = ${remote.city}
            network.application = ${pick#app:Microsoft Office 365 OneDrive|Google Drive|Slack|Dropbox|GitHub}
            file.name ?40 = ${file.name}
            file.size ?40 := ${size#size:100-90000000}
            netskope := {"events":{"ccl":"${pick:excellent|high|medium|poor}","access_method":"Client","traffic":{"type":"CloudApp"},"tags":["${pick:sanctioned|unsanctioned}","saas"]}}
            message =json= {"_id":"${hex:24}","activity":"${pick#do}","app":"${pick#app}","user":"${user.email}","object":"${file.name}","srcip":"${remote.ip}","src_location":"${remote.city}","hostname":"${host.name}","timestamp":${time:epoch}}
            """#),
    ]

    /// Name servers and name services.
    static let names: [EventShape] = [
        EventShape(
            "bind-query", weight: 62,
            #"""
            event.category := ["network"]
            event.type := ["connection","protocol"]
            event.dataset = bind.queries
            dns.type = query
            dns.question.name = ${site.domain}
            dns.question.type = ${pick#type:A|A|AAAA|PTR|MX|TXT|HTTPS}
            dns.question.class = IN
            source.ip = ${host.ip}
            source.port := ${int#port:1024-65535}
            host.name = ${server.name}
            network.protocol = dns
            message = ${time:syslog} ${server.name} named[${int:600-9000}]: client @0x7f${hex:10} ${host.ip}#${int#port} (${site.domain}): query: ${site.domain} IN ${pick#type} +E(0)K (${server.ip})
            """#),
        EventShape(
            "umbrella-dns", weight: 30,
            #"""
            event.action = ${pick#do:Allowed|Allowed|Allowed|Allowed|Blocked}
            event.category := ["network"]
            event.type := ["${pick#do:allowed|allowed|allowed|allowed|denied}"]
            dns.question.name = ${site.domain}
            dns.question.type = ${pick#type:A|A|AAAA|HTTPS}
            dns.response_code = ${pick#rcode:NOERROR|NOERROR|NOERROR|NXDOMAIN}
            source.ip = ${host.ip}
            source.nat.ip = 198.51.100.9
            user.name ?75 = ${user.display}
            related.ip := ["${host.ip}","198.51.100.9"]
            observer.vendor = Cisco
            observer.product = Umbrella
            message = "${time:space}","${user.display} (${user.email})","${user.display} (${user.email}),${host.name}","${host.ip}","198.51.100.9","${pick#do}","1 (${pick#type})","${pick#rcode}","${site.domain}.","${site.category}","AD Users","AD Users,Anyconnect Roaming Client",""
            """#),
        EventShape(
            "dhcpd-lease", weight: 16,
            #"""
            event.action = ${pick#do:DHCPACK|DHCPREQUEST|DHCPDISCOVER}
            event.category := ["network"]
            event.type := ["info"]
            source.ip ?80 = ${host.ip}
            source.mac = ${host.mac}
            host.hostname = ${host.name}
            host.name = ${server.name}
            network.protocol = dhcp
            message = <30>${time:syslog} ${server.name} dhcpd[${int:600-9000}]: ${pick#do} on ${host.ip} to ${host.mac} (${host.name}) via eth0
            """#),
    ]
}
