package tickwatch.tick;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a log that is compressed with gzip, as far as they can be unpacked: where its file
 * is cut short or damaged they end, and it is known why.
 *
 * <p><b>Threads.</b> One at a time.
 */
final class PackedLog extends FilterInputStream {
  private @Nullable String brokenOff;

  /**
   * @param pieceBytes how many are read from the file at a time
   * @throws IOException if the file cannot be opened, or is not compressed
   */
  PackedLog(Path log, int pieceBytes) throws IOException {
    super(new GZIPInputStream(Files.newInputStream(log), pieceBytes));
  }

  /** Why the bytes end before the log does, or null if they do not, as far as was read. */
  @Nullable String brokenOff() {
    return brokenOff;
  }

  @Override
  public int read(byte[] into, int from, int most) throws IOException {
    if (brokenOff != null) {
      return -1;
    }
    try {
      return super.read(into, from, most);
    } catch (EOFException e) {
      brokenOff = "it ends too early";
    } catch (ZipException e) {
      brokenOff = String.valueOf(e.getMessage());
    }
    return -1;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int available() throws IOException {
    return brokenOff == null ? super.available() : 0;
  }
}
