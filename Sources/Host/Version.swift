/// The version of this program, by Semantic Versioning; runs record it.
public let brhostVersion = "0.1.0"
