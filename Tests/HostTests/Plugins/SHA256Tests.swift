import Host
import Testing

/// The digests of FIPS 180-4's published examples, and the lengths around which padding changes.
@Suite struct SHA256Tests {
  static let published = [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
  ]

  @Test(arguments: published)
  func digestIsThePublishedOne(_ text: String, _ digest: String) {
    #expect(SHA256.digest(of: text.utf8) == digest)
  }

  @Test(arguments: [1, 55, 56, 63, 64, 65, 119, 120, 128])
  func piecesGiveTheDigestOfTheWhole(_ length: Int) {
    let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    var digest = SHA256()
    digest.update(bytes.prefix(length / 2))
    digest.update(bytes.dropFirst(length / 2))
    #expect(digest.finish() == SHA256.digest(of: bytes))
  }
}
