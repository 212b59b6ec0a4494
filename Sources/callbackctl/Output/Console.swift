import Glibc

/// Takes text that is to be shown.
protocol TextSink: Sendable {
  /// Shows the text at once.
  func write(_ text: String)
}

/// A file descriptor, written without a buffer so that a reader of a pipe sees each line at once.
struct DescriptorSink: TextSink {
  let descriptor: Int32

  func write(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written > 0 {
        rest = rest.dropFirst(written)
      } else if errno == EINTR {
        continue
      } else if descriptor == STDERR_FILENO {
        // Nobody hears it, and it is no reason to end otherwise than the command does.
        return
      } else if errno == EPIPE {
        // The reader, such as `head`, has what it wanted.
        exit(0)
      } else {
        perror("callbackctl: the output cannot be written")
        exit(1)
      }
    }
  }
}

/// Where a command's output goes: results to one place, remarks and errors to the other.
struct Console: Sendable {
  /// Results.
  let output: any TextSink
  /// Remarks, progress and errors.
  let remarks: any TextSink
  /// How results look.
  let style: Style
  /// Whether remarks go to a terminal, where a line may be written over.
  let showsProgress: Bool
  /// The zone in which times are shown.
  let zone: Zone

  /// The console of the process.
  static func standard(color: ColorChoice) -> Console {
    let style = Style.suited(choice: color, isTerminal: isatty(STDOUT_FILENO) == 1) { name in
      getenv(name).map { String(cString: $0) }
    }
    return Console(
      output: DescriptorSink(descriptor: STDOUT_FILENO),
      remarks: DescriptorSink(descriptor: STDERR_FILENO), style: style,
      showsProgress: isatty(STDERR_FILENO) == 1, zone: .local)
  }

  /// How things look now.
  var look: Look { Look(style: style, time: TimeText(zone: zone)) }

  /// Shows a result, with a line break after it.
  func print(_ text: String) {
    output.write(text + "\n")
  }

  /// Shows a remark, with a line break after it.
  func remark(_ text: String) {
    remarks.write(text + "\n")
  }
}
