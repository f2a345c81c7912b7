/// A Windows program as process events show it.
struct EstateProgram: Sendable {
    var path: String
    var command: String
    /// The path of the program that starts it.
    var parent: String
    var company: String
}

extension EstateNames {
    /// Programs of ordinary days, most frequent first.
    static let programs: [EstateProgram] = [
        program(
            #"C:\Windows\System32\svchost.exe"#, #"C:\Windows\system32\svchost.exe -k netsvcs -p -s Schedule"#,
            #"C:\Windows\System32\services.exe"#),
        program(
            #"C:\Windows\System32\conhost.exe"#, #"\??\C:\Windows\system32\conhost.exe 0xffffffff -ForceV1"#,
            #"C:\Windows\System32\cmd.exe"#),
        program(
            #"C:\Windows\System32\backgroundTaskHost.exe"#,
            #""C:\Windows\system32\backgroundTaskHost.exe" -ServerName:App.AppXmtcan0h2tfbfy7k9kn8hbxb6dmzz1zh0.mca"#,
            #"C:\Windows\System32\svchost.exe"#),
        program(
            #"C:\Program Files\Google\Chrome\Application\chrome.exe"#,
            #""C:\Program Files\Google\Chrome\Application\chrome.exe" --type=renderer --lang=fr --enable-features=NetworkServiceInProcess"#,
            #"C:\Program Files\Google\Chrome\Application\chrome.exe"#, "Google LLC"),
        program(
            #"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe"#,
            #""C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe" --profile-directory=Default "https://intranet.halden.example/?q=é""#,
            #"C:\Windows\explorer.exe"#),
        program(
            #"C:\Windows\System32\taskhostw.exe"#, #"taskhostw.exe {222A245B-E637-4AE9-A93F-A59CA119A75E}"#,
            #"C:\Windows\System32\svchost.exe"#),
        program(
            #"C:\Windows\System32\wbem\WmiPrvSE.exe"#, #"C:\Windows\system32\wbem\wmiprvse.exe -secured -Embedding"#,
            #"C:\Windows\System32\svchost.exe"#),
        program(
            #"C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE"#,
            #""C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE" /recycle"#, #"C:\Windows\explorer.exe"#),
        program(
            #"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE"#,
            #""C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE" "C:\Users\élodie.moreau\Documents\Büro\Übersicht 12.xlsx""#,
            #"C:\Windows\explorer.exe"#),
        program(
            #"C:\Windows\System32\cmd.exe"#,
            #"C:\Windows\system32\cmd.exe /c "C:\ProgramData\Halden\inventory.bat" >> C:\Temp\inv.log 2>&1"#,
            #"C:\Windows\System32\svchost.exe"#),
        program(
            #"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe"#,
            #"powershell.exe -NoProfile -ExecutionPolicy RemoteSigned -File "C:\Program Files\Halden\Check-Disk.ps1" -Threshold 90"#,
            #"C:\Windows\System32\taskhostw.exe"#),
        program(
            #"C:\Windows\System32\rundll32.exe"#, #"rundll32.exe C:\Windows\system32\PcaSvc.dll,PcaPatchSdbTask"#,
            #"C:\Windows\System32\svchost.exe"#),
        program(#"C:\Windows\explorer.exe"#, #"C:\Windows\Explorer.EXE"#, #"C:\Windows\System32\userinit.exe"#),
        program(
            #"C:\Windows\System32\SearchProtocolHost.exe"#,
            #""C:\Windows\system32\SearchProtocolHost.exe" Global\UsGthrFltPipeMssGthrPipe_ 1 -2147483646"#,
            #"C:\Windows\System32\SearchIndexer.exe"#),
        program(
            #"C:\Program Files\Git\cmd\git.exe"#,
            #"git.exe fetch --prune origin "+refs/heads/*:refs/remotes/origin/*""#,
            #"C:\Program Files\Microsoft VS Code\Code.exe"#, "The Git Development Community"),
        program(
            #"C:\Windows\System32\net.exe"#, #"net use Z: \\fs-par-0009.corp.halden.example\projets /persistent:yes"#,
            #"C:\Windows\System32\cmd.exe"#),
        program(
            #"C:\Windows\System32\wevtutil.exe"#, #"wevtutil.exe qe Security /c:20 /rd:true /f:text"#,
            #"C:\Windows\System32\cmd.exe"#),
        program(
            #"C:\Windows\System32\gpupdate.exe"#, #"gpupdate.exe /target:computer"#, #"C:\Windows\System32\svchost.exe"#
        ),
        program(
            #"C:\Windows\System32\spoolsv.exe"#, #"C:\Windows\System32\spoolsv.exe"#,
            #"C:\Windows\System32\services.exe"#),
        program(
            #"C:\Program Files\Microsoft VS Code\Code.exe"#,
            #""C:\Program Files\Microsoft VS Code\Code.exe" --unity-launch D:\src\müşteri"#, #"C:\Windows\explorer.exe"#
        ),
        program(
            #"C:\Program Files\7-Zip\7zG.exe"#,
            #""C:\Program Files\7-Zip\7zG.exe" a -i#7zMap4128:94:7zEvent19341 -tzip -sae -- "C:\Temp\Отчёт.zip""#,
            #"C:\Windows\explorer.exe"#, "Igor Pavlov"),
        program(
            #"C:\Windows\System32\schtasks.exe"#, #"schtasks.exe /query /fo LIST /v"#, #"C:\Windows\System32\cmd.exe"#),
    ]

    private static func program(
        _ path: String, _ command: String, _ parent: String, _ company: String = "Microsoft Corporation"
    ) -> EstateProgram {
        EstateProgram(path: path, command: command, parent: parent, company: company)
    }
}
