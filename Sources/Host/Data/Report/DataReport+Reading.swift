extension DataReport {
  /// Reads the data set `name` in `folder`, or the one archive that `name` is the path of, and describes it.
  ///
  /// - Returns: the report and the training images, for a picture of them.
  public static func read(
    _ name: String, in folder: String
  ) throws(DataError) -> (report: DataReport, training: ImageDataset) {
    if name.hasSuffix(".npz") {
      let images = try ImageDataset(path: name) { SHA256.digest(of: $0) }
      return (DataReport(name: name, training: images, test: nil), images)
    }
    let folders = DataFolders(folder)
    let training = try ImageDataset(path: folders.trainingFile(of: name)) { SHA256.digest(of: $0) }
    let test: ImageDataset?
    do throws(DataError) {
      test = try ImageDataset(path: folders.testFile(of: name), testing: training) { SHA256.digest(of: $0) }
    } catch .noDataSet {
      test = nil
    }
    return (DataReport(name: name, training: training, test: test), training)
  }
}
