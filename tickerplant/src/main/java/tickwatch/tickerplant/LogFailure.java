package tickwatch.tickerplant;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/** Why the tick log cannot be written at present, and what to do about it. */
final class LogFailure extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  private LogFailure(Path log, String what, String remedy, IOException cause) {
    super(
        "the tick log "
            + log
            + " cannot be "
            + what
            + ": "
            + cause.getMessage()
            + ". Nothing is accepted until it can: "
            + remedy,
        cause);
  }

  static LogFailure ofWrite(Path log, IOException cause) {
    return new LogFailure(log, "written", "make room on its file system", cause);
  }

  static LogFailure ofForce(Path log, IOException cause) {
    return new LogFailure(log, "forced to the disk", "look after its disk", cause);
  }

  /** The whole sentence. */
  String sentence() {
    return String.valueOf(getMessage());
  }
}
