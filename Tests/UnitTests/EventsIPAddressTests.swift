import Events
import Testing

@Suite("Addresses and networks (R24, R25)")
struct EventsIPAddressTests {
    @Test(
        "All spellings of an address are the same address",
        arguments: [
            ("0.0.0.0", IPAddress.v4(0)),
            ("255.255.255.255", .v4(.max)),
            ("10.1.2.3", .v4(0x0A01_0203)),
            ("::", .v6(0, 0)),
            ("::1", .v6(0, 1)),
            ("1::", .v6(0x0001 << 48, 0)),
            ("fe80::1", .v6(0xFE80 << 48, 1)),
            ("FE80:0::1", .v6(0xFE80 << 48, 1)),
            ("fe80:0000:0:0:0:0:0:0001", .v6(0xFE80 << 48, 1)),
            ("1:2:3:4:5:6:7:8", .v6(0x0001_0002_0003_0004, 0x0005_0006_0007_0008)),
            ("1:2:3:4:5:6:7::", .v6(0x0001_0002_0003_0004, 0x0005_0006_0007_0000)),
            ("::2:3:4:5:6:7:8", .v6(0x0000_0002_0003_0004, 0x0005_0006_0007_0008)),
            ("1:2:3::7:8", .v6(0x0001_0002_0003_0000, 0x0000_0000_0007_0008)),
            ("1:2:3:4::8", .v6(0x0001_0002_0003_0004, 0x0000_0000_0000_0008)),
            ("1:2:3:4:5::8", .v6(0x0001_0002_0003_0004, 0x0005_0000_0000_0008)),
            ("1::4:5:6:7:8", .v6(0x0001_0000_0000_0004, 0x0005_0006_0007_0008)),
            ("1:2:3:4:5:6:1.2.3.4", .v6(0x0001_0002_0003_0004, 0x0005_0006_0102_0304)),
            ("::ffff:1.2.3.4", .v6(0, 0x0000_FFFF_0102_0304)),
            ("::1.2.3.4", .v6(0, 0x0102_0304)),
            ("64:ff9b::192.0.2.33", .v6(0x0064_FF9B_0000_0000, 0xC000_0221)),
            ("ABCD:ef01::", .v6(0xABCD_EF01_0000_0000, 0)),
        ])
    func reads(text: String, address: IPAddress) {
        #expect(IPAddress.parse(text) == address)
    }

    @Test(
        "What is nearly an address is none",
        arguments: [
            "", ".", ":", "1", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.256", "1.2.3.04", "01.2.3.4",
            "1.2.3.00",
            "1.2.3.4 ", " 1.2.3.4", "1.2.3.-4", "+1.2.3.4", "1.2.3.4000", "1.2.3.4/8", "0x1.2.3.4", "a.b.c.d",
            "１.2.3.4", "1.2.3.4\0",
            ":::", "::1::", "1::2::3", ":1", "1:", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::",
            "::1:2:3:4:5:6:7:8",
            "1:2:3:4::5:6:7:8", "12345::", "g::1", "fe80::1%eth0", "[::1]", "::1/128", ":1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:", "::1:",
            "::1.2.3", "::1.2.3.04", "::1.2.3.4:5", "1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4", "1:2:3:4:5:1.2.3.4",
            "::1.2.3.4.5", "::.1.2.3",
            "1:2:3:4:5:6:7:1111111111111111111111111111111", "dead:beef", "cafe", "::ffff:1.2.3.256",
        ])
    func refuses(text: String) {
        #expect(IPAddress.parse(text) == nil)
    }

    @Test("Families order apart, addresses as numbers")
    func order() throws {
        let texts = [
            "0.0.0.0", "9.0.0.0", "10.0.0.0", "255.0.0.0", "::", "::1", "::ffff:0.0.0.1", "1::", "fe80::", "ffff::",
        ]
        let addresses = try texts.map { try #require(IPAddress.parse($0)) }
        #expect(addresses.shuffled().sorted() == addresses)
        #expect(!addresses[0].isSameFamily(addresses[4]) && addresses[4].isSameFamily(addresses[9]))
    }

    @Test("The token is the same for all spellings and of fixed length")
    func token() {
        #expect(IPAddress.parse("10.1.2.255")?.token == "ip4x0a0102ff")
        #expect(IPAddress.parse("FE80:0::1")?.token == "ip6xfe800000000000000000000000000001")
    }

    @Test(
        "A network holds the addresses with its prefix",
        arguments: [
            ("10.0.0.0/8", "10.0.0.0", "10.255.255.255"),
            ("10.1.2.3/8", "10.0.0.0", "10.255.255.255"),
            ("10.1.2.3/32", "10.1.2.3", "10.1.2.3"),
            ("10.1.2.3/0", "0.0.0.0", "255.255.255.255"),
            ("10.1.2.3/31", "10.1.2.2", "10.1.2.3"),
            ("2001:db8::/32", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("2001:db8::5/64", "2001:db8::", "2001:db8::ffff:ffff:ffff:ffff"),
            ("2001:db8::5/65", "2001:db8::", "2001:db8::7fff:ffff:ffff:ffff"),
            ("::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("::1/128", "::1", "::1"),
            ("::ffff:1.2.3.4/96", "::ffff:0.0.0.0", "::ffff:255.255.255.255"),
        ])
    func network(text: String, first: String, last: String) throws {
        let network = try #require(IPNetwork.parse(text))
        #expect(network.first == IPAddress.parse(first))
        #expect(network.last == IPAddress.parse(last))
        #expect(network.contains(network.first) && network.contains(network.last))
    }

    @Test("A network never holds an address of the other family")
    func networkFamilies() throws {
        let all4 = try #require(IPNetwork.parse("0.0.0.0/0"))
        let all6 = try #require(IPNetwork.parse("::/0"))
        for text in ["0.0.0.0", "1.2.3.4", "255.255.255.255"] {
            let address = try #require(IPAddress.parse(text))
            #expect(all4.contains(address) && !all6.contains(address))
        }
        for text in ["::", "::ffff:1.2.3.4", "ffff::"] {
            let address = try #require(IPAddress.parse(text))
            #expect(!all4.contains(address) && all6.contains(address))
        }
    }

    @Test(
        "What is nearly a network is none",
        arguments: [
            "", "/", "/8", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/+8",
            "10.0.0/8", "10.0.0.0/8/8",
            "::/129", "::/1000", "::/ 1", "::/0x1", "10.0.0.0/255.0.0.0", "10.0.0.0/99999999999999999999",
        ])
    func refusesNetwork(text: String) {
        #expect(IPNetwork.parse(text) == nil)
    }
}
