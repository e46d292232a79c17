package tickwatch.q;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * A session at a q prompt, as a file: {@code q)} and what was typed, then what was printed. A line
 * that starts with a slash after an empty line or another such line is a remark.
 */
final class Transcript {
  /**
   * What was typed and what was printed.
   *
   * @param line the number of the line in the file, from 1
   */
  record Entry(int line, String typed, String printed) {}

  /** What the clock says in every transcript. */
  static final Clock CLOCK =
      Clock.fixed(Instant.parse("2024-03-05T10:11:12.123456789Z"), ZoneOffset.UTC);

  private Transcript() {}

  static List<Path> files() {
    Path folder = Path.of("src/test/resources/q");
    try (var paths = Files.list(folder)) {
      return paths.filter(path -> path.toString().endsWith(".q")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Entry> entries(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<Entry> out = new ArrayList<>();
    int at = 0;
    while (at < lines.size()) {
      String line = lines.get(at);
      if (!line.startsWith("q)")) {
        if (!line.isEmpty() && !line.startsWith("/")) {
          throw new IllegalStateException(file + ":" + (at + 1) + ": " + line);
        }
        at++;
        continue;
      }
      int from = at++;
      List<String> printed = new ArrayList<>();
      while (at < lines.size() && !lines.get(at).startsWith("q)") && !endsEntry(lines, at)) {
        printed.add(lines.get(at++));
      }
      out.add(new Entry(from + 1, line.substring(2), String.join("\n", printed)));
    }
    return out;
  }

  /** Whether an empty line stands here that only separates what is before it from a remark. */
  private static boolean endsEntry(List<String> lines, int at) {
    if (!lines.get(at).isEmpty()) {
      return false;
    }
    return at + 1 == lines.size()
        || lines.get(at + 1).startsWith("/")
        || lines.get(at + 1).startsWith("q)");
  }

  /** What a console prints for a text typed at it. */
  static String printed(Interpreter interpreter, String typed) {
    String text;
    try {
      text = Display.text(interpreter.evaluate(typed), interpreter.display());
    } catch (QError e) {
      text = "'" + e.word();
    }
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }

  static Interpreter interpreter() {
    return new Interpreter(new MapGlobals(), CLOCK, Limits.defaults());
  }
}
