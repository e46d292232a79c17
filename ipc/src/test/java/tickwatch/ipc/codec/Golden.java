package tickwatch.ipc.codec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The byte vectors in {@code src/test/resources/golden}; the README there says what they are. */
final class Golden {
  private static final List<String> FILES =
      List.of(
          "kx-docs",
          "qpython",
          "qjava",
          "node-q",
          "node-q-client",
          "jkdb",
          "kdbgo",
          "javakdb",
          "compressed",
          "compressed-plain");

  private static final String MESSAGE = "msg:";

  private Golden() {}

  /**
   * One line.
   *
   * @param hex the whole message if {@code isMessage}, else one value without a header
   * @param note empty, or what makes it special
   */
  record Line(String file, String expression, boolean isMessage, String hex, String note) {
    byte[] bytes() {
      return HexFormat.of().parseHex(hex);
    }

    boolean isInvalid() {
      return note.startsWith("invalid");
    }

    boolean isDecodeOnly() {
      return note.startsWith("decode-only");
    }

    boolean isCompressed() {
      return isMessage && hex.startsWith("01", 4);
    }

    boolean isLittleEndian() {
      return !isMessage || hex.startsWith("01");
    }

    /** The value without a header; not for a compressed message. */
    byte[] payload() {
      return HexFormat.of().parseHex(isMessage ? hex.substring(2 * Header.BYTES) : hex);
    }

    @Override
    public String toString() {
      return file + ": " + expression;
    }
  }

  static List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    for (String file : FILES) {
      for (String line : read("/golden/" + file + ".txt").lines().toList()) {
        if (line.startsWith("#") || line.isBlank()) {
          continue;
        }
        String[] fields = line.split("\t", -1);
        boolean isMessage = fields[1].startsWith(MESSAGE);
        String hex = isMessage ? fields[1].substring(MESSAGE.length()) : fields[1];
        lines.add(new Line(file, fields[0], isMessage, hex, fields.length > 2 ? fields[2] : ""));
      }
    }
    return lines;
  }

  /** The lines that are good, plain and little-endian. */
  static List<Line> plain() {
    return lines().stream()
        .filter(line -> !line.isInvalid() && !line.isCompressed() && line.isLittleEndian())
        .toList();
  }

  static List<Line> compressed() {
    return lines().stream().filter(Line::isCompressed).toList();
  }

  static List<Line> invalid() {
    return lines().stream().filter(Line::isInvalid).toList();
  }

  private static String read(String resource) {
    try (InputStream in = Golden.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
