package tickwatch.tick;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Counts the messages of a log and their rows by table.
 *
 * <p><b>Threads.</b> One at a time.
 */
final class MessageNames {
  private static final int FUNCTION_AT = 6;
  private static final int SYMBOL = -11;
  private static final int STRING = 10;
  private static final int TABLE = 98;
  private static final int DICTIONARY = 99;
  private static final String WITHOUT_NAME = "(a function without a name)";

  /** What is known of one table. */
  static final class Count {
    /** Who numbers messages of it. */
    final Set<String> publishers = new HashSet<>();

    /** Whether messages of it have no publisher's marker before them. */
    boolean isAnonymous;

    private long messages;
    private long rows;
  }

  private final Map<String, Count> counts = new LinkedHashMap<>();

  // Messages of one table come in long runs: their first bytes, up to where the rows begin.
  private byte[] lastHead = {};
  private Count last = new Count();

  /** Counts a message, which is whole; its table. */
  Count count(ByteBuffer bytes, int start, int end) {
    if (lastHead.length == 0 || !ValueBytes.startsWith(bytes, start, end, lastHead)) {
      look(bytes, start, end);
    }
    last.messages++;
    last.rows += rows(bytes, start + lastHead.length, end);
    return last;
  }

  private void look(ByteBuffer bytes, int start, int end) {
    int afterFunction = ValueBytes.end(bytes, start + FUNCTION_AT, end);
    int afterHead = afterFunction;
    String name;
    if (LogMessage.isSkipped(bytes, start, end)) {
      name = "";
    } else if (afterFunction < end && bytes.get(afterFunction) == SYMBOL) {
      afterHead = ValueBytes.endOfSymbols(bytes, 1, afterFunction + 1, end);
      name = text(bytes, afterFunction + 1, afterHead - 1);
    } else if (bytes.get(start + FUNCTION_AT) == SYMBOL) {
      name = text(bytes, start + FUNCTION_AT + 1, afterFunction - 1);
    } else if (bytes.get(start + FUNCTION_AT) == STRING) {
      name = text(bytes, start + FUNCTION_AT + 6, afterFunction);
    } else {
      name = WITHOUT_NAME;
    }
    lastHead = new byte[afterHead - start];
    bytes.get(start, lastHead);
    last = counts.computeIfAbsent(name, unknown -> new Count());
  }

  private static String text(ByteBuffer bytes, int from, int to) {
    byte[] text = new byte[to - from];
    bytes.get(from, text);
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  private static int rows(ByteBuffer bytes, int at, int end) {
    if (end - at < FUNCTION_AT + FUNCTION_AT) {
      return 0;
    }
    int columns = at;
    if (bytes.get(at) == TABLE) {
      columns = ValueBytes.end(bytes, at + 3, end);
    } else if (bytes.get(at) == DICTIONARY) {
      // A row by its columns' names, or a keyed table, whose keys are one.
      columns = ValueBytes.end(bytes, bytes.get(at + 1) == TABLE ? at + 4 : at + 1, end);
    }
    if (end - columns < FUNCTION_AT + FUNCTION_AT || bytes.get(columns) != 0) {
      return 0;
    }
    int first = bytes.get(columns + FUNCTION_AT);
    return first < 0 ? 1 : bytes.getInt(columns + FUNCTION_AT + 2);
  }

  /** By the name of the table; of skipped bytes by the empty name. */
  Map<String, TickLog.TableCount> counts() {
    Map<String, TickLog.TableCount> all = new LinkedHashMap<>();
    counts.forEach(
        (name, count) -> {
          if (!name.isEmpty()) {
            all.put(name, new TickLog.TableCount(count.messages, count.rows));
          }
        });
    return all;
  }
}
