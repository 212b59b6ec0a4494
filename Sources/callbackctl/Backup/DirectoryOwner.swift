import Glibc

/// Whom a data directory belongs to.
enum DirectoryOwner {
  /// Lets root go on as the owner of a directory, so that what is made in it is the owner's, and
  /// nothing that the owner has put there leads root astray. Others go on as they are, and so does
  /// root where there is no directory.
  static func become(of path: String) throws(Failure) {
    var found = stat()
    guard geteuid() == 0, stat(path, &found) == 0, found.st_uid != 0 else { return }
    guard setgroups(0, nil) == 0, setegid(found.st_gid) == 0, seteuid(found.st_uid) == 0 else {
      throw Failure("\(path) belongs to another user: \(PartialFile.reason())")
    }
  }
}
