package tickwatch.series.npy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tickwatch.series.DType;
import tickwatch.series.SeriesException;

/**
 * The head of a {@code .npy} file.
 *
 * <pre>
 *   0           6       7       8 .. 9 (version 1)     10 ..
 *  +-----------+-------+-------+----------------------+---------------------------------+--------
 *  | 93 NUMPY  | major | minor | text length, ushort  | text, ends with spaces and \n   | values
 *  +-----------+-------+-------+----------------------+---------------------------------+--------
 *                               8 .. 11 (version 2, 3: uint), text from 12
 *
 *  text: {'descr': '&lt;f8', 'fortran_order': False, 'shape': (1000,), }
 * </pre>
 *
 * <p>Written as version 1, with the values at a multiple of 64 bytes. Read: versions 1 to 3, the
 * keys in any order, at most 64 kB of text. The text is a Python literal; only strings, booleans
 * and tuples of whole numbers are understood, which is what arrays of plain numbers have.
 *
 * <p>Source: "NEP 1, a simple file format for NumPy arrays".
 *
 * @param descr the item type, {@code <f8}
 * @param fortranOrder whether columns, not rows, lie one behind the other
 * @param shape lengths of the dimensions; empty for a single value
 * @param byteLength bytes before the first value
 */
record NpyHeader(String descr, boolean fortranOrder, List<Long> shape, int byteLength) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_TEXT = 1 << 16;
  private static final int ALIGNMENT = 64;

  /** Bytes that {@link #read} wants to see of a file that has them. */
  static final int ENOUGH = 12 + MAX_TEXT;

  /** The bytes of a head of version 1. */
  static byte[] bytes(String descr, boolean fortranOrder, long... shape) {
    StringBuilder text =
        new StringBuilder("{'descr': '")
            .append(descr)
            .append("', 'fortran_order': ")
            .append(fortranOrder ? "True" : "False")
            .append(", 'shape': (");
    for (int i = 0; i < shape.length; i++) {
      text.append(i == 0 ? "" : " ")
          .append(shape[i])
          .append(i == 0 || i < shape.length - 1 ? "," : "");
    }
    text.append("), }");
    while ((10 + text.length() + 1) % ALIGNMENT != 0) {
      text.append(' ');
    }
    text.append('\n');
    ByteBuffer head = ByteBuffer.allocate(10 + text.length()).order(ByteOrder.LITTLE_ENDIAN);
    head.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) text.length());
    head.put(text.toString().getBytes(StandardCharsets.ISO_8859_1));
    return head.array();
  }

  /**
   * Reads a head.
   *
   * @param start the first bytes of a file, {@link #ENOUGH} of them or all it has
   * @param origin the file's name, for messages
   * @throws SeriesException when it is none
   */
  static NpyHeader read(ByteBuffer start, String origin) {
    ByteBuffer in = start.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[Math.min(MAGIC.length, in.remaining())];
    in.get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new SeriesException(
          origin
              + ": does not begin as a .npy file does (for headerless doubles say --format raw)");
    }
    if (in.remaining() < 6) {
      throw cutOff(origin);
    }
    int major = in.get();
    in.get();
    if (major < 1 || major > 3) {
      throw new SeriesException(origin + ": .npy version " + major + " (expected: 1, 2 or 3)");
    }
    long textLength = major == 1 ? in.getShort() & 0xffff : in.getInt() & 0xffffffffL;
    if (textLength > MAX_TEXT) {
      throw new SeriesException(
          origin + ": a .npy head of " + textLength + " bytes (expected: <= " + MAX_TEXT + ")");
    }
    if (textLength > in.remaining()) {
      throw cutOff(origin);
    }
    int textAt = in.position();
    byte[] text = new byte[(int) textLength];
    in.get(text);
    return new Literal(new String(text, StandardCharsets.ISO_8859_1), origin)
        .head(textAt + (int) textLength);
  }

  private static SeriesException cutOff(String origin) {
    return new SeriesException(origin + ": ends within its .npy head");
  }

  /** The item type, if it is one that a series can have. */
  DType dtype(String origin) {
    for (DType dtype : DType.values()) {
      if (dtype.descr().equals(descr)) {
        return dtype;
      }
    }
    throw new SeriesException(
        origin
            + ": items of type '"
            + descr
            + "' (expected: '<f8' or '<f4'; in NumPy, x.astype('<f8') converts)");
  }

  /** A reader of the head's Python literal. */
  private static final class Literal {
    private final String text;
    private final String origin;
    private int at;

    Literal(String text, String origin) {
      this.text = text;
      this.origin = origin;
    }

    NpyHeader head(int byteLength) {
      String descr = "";
      boolean fortranOrder = false;
      List<Long> shape = List.of();
      int seen = 0;
      expect('{');
      while (!take('}')) {
        String key = string();
        expect(':');
        switch (key) {
          case "descr" -> {
            if (peek() != '\'' && peek() != '"') {
              throw new SeriesException(
                  origin + ": an array of records (expected: one number an item, '<f8' or '<f4')");
            }
            descr = string();
            seen |= 1;
          }
          case "fortran_order" -> {
            fortranOrder = bool();
            seen |= 2;
          }
          case "shape" -> {
            shape = tuple();
            seen |= 4;
          }
          default -> throw wrong("descr, fortran_order or shape");
        }
        if (!take(',')) {
          expect('}');
          break;
        }
      }
      if (seen != 7) {
        throw wrong("all of descr, fortran_order and shape");
      }
      if (at != text.length() && !text.substring(at).isBlank()) {
        throw wrong("nothing more");
      }
      return new NpyHeader(descr, fortranOrder, shape, byteLength);
    }

    private char peek() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
      return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean take(char c) {
      if (peek() != c) {
        return false;
      }
      at++;
      return true;
    }

    private void expect(char c) {
      if (!take(c)) {
        throw wrong("'" + c + "'");
      }
    }

    private String string() {
      char quote = peek();
      if (quote != '\'' && quote != '"') {
        throw wrong("a text");
      }
      int end = text.indexOf(quote, at + 1);
      if (end < 0) {
        throw wrong("the end of a text");
      }
      String value = text.substring(at + 1, end);
      at = end + 1;
      return value;
    }

    private boolean bool() {
      peek();
      for (String word : new String[] {"True", "False"}) {
        if (text.startsWith(word, at)) {
          at += word.length();
          return word.equals("True");
        }
      }
      throw wrong("True or False");
    }

    private List<Long> tuple() {
      List<Long> items = new ArrayList<>();
      expect('(');
      while (!take(')')) {
        peek();
        int end = at;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
          end++;
        }
        try {
          items.add(Long.parseLong(text, at, end, 10));
        } catch (NumberFormatException e) {
          throw wrong("a length");
        }
        at = end;
        take('L');
        if (!take(',')) {
          expect(')');
          break;
        }
      }
      return items;
    }

    private SeriesException wrong(String expected) {
      return new SeriesException(
          origin + ": .npy head, character " + at + " (expected: " + expected + ")");
    }
  }
}
