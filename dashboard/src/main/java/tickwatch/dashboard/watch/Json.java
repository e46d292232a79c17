package tickwatch.dashboard.watch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.SymbolAtom;

/** How things are written for the page. */
public final class Json {
  static final JsonFactory FACTORY = new JsonFactory();

  /** Milliseconds from 1970 to 2000. */
  private static final double EPOCH_MILLIS = 946_684_800_000.0;

  /** Short of q's infinities and null, with room to look a little around. */
  private static final long MOST_NANOS = Long.MAX_VALUE - 1_000_000;

  private static final int DIGITS = 10;

  /** Zeros behind the point that do not count as digits. */
  private static final int ZEROS = 6;

  private static final double[] POWERS = new double[DIGITS + ZEROS + 1];

  static {
    for (int i = 0; i < POWERS.length; i++) {
      POWERS[i] = Math.pow(10, i);
    }
  }

  private Json() {}

  /** Writes one JSON value. */
  @FunctionalInterface
  public interface Body {
    void write(JsonGenerator out) throws IOException;
  }

  /** The UTF-8 bytes of what a body writes. */
  public static byte[] bytes(Body body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
      body.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The same as text. */
  public static String text(Body body) {
    return new String(bytes(body), StandardCharsets.UTF_8);
  }

  /**
   * A number to ten significant digits, which is finer than any screen; null where it is not
   * finite. Java's own shortest form is up to 17 digits long and ten times as slow.
   */
  static void number(JsonGenerator out, double value) throws IOException {
    double size = Math.abs(value);
    if (!(size < Double.POSITIVE_INFINITY)) {
      out.writeNull();
    } else if (size >= 1e15 || (size < 1e-6 && size > 0)) {
      out.writeNumber(value);
    } else {
      int whole = 1;
      while (whole < DIGITS && size >= POWERS[whole]) {
        whole++;
      }
      int zeros = 0;
      while (zeros < ZEROS && size > 0 && size * POWERS[zeros] < 1) {
        zeros++;
      }
      int decimals = DIGITS - whole + zeros;
      long scaled = Math.round(size * POWERS[decimals]);
      while (decimals > 0 && scaled % 10 == 0) {
        scaled /= 10;
        decimals--;
      }
      char[] text = new char[24];
      int at = text.length;
      for (int i = 0; i < decimals; i++) {
        text[--at] = (char) ('0' + scaled % 10);
        scaled /= 10;
      }
      if (decimals > 0) {
        text[--at] = '.';
      }
      do {
        text[--at] = (char) ('0' + scaled % 10);
        scaled /= 10;
      } while (scaled > 0);
      if (value < 0) {
        text[--at] = '-';
      }
      out.writeNumber(text, at, text.length - at);
    }
  }

  static void field(JsonGenerator out, String name, double value) throws IOException {
    out.writeFieldName(name);
    number(out, value);
  }

  /** A field with a whole number; null for the null long. */
  static void wholeField(JsonGenerator out, String name, long value) throws IOException {
    out.writeFieldName(name);
    if (value == Null.LONG) {
      out.writeNull();
    } else {
      out.writeNumber(value);
    }
  }

  /** A field with a q timestamp, as milliseconds since 1970; null for the null time. */
  static void timeField(JsonGenerator out, String name, long timestamp) throws IOException {
    out.writeFieldName(name);
    time(out, timestamp);
  }

  /** A q timestamp as milliseconds since 1970, with decimals. */
  static void time(JsonGenerator out, long timestamp) throws IOException {
    if (timestamp == Null.LONG) {
      out.writeNull();
      return;
    }
    double millis = millisOf(timestamp);
    if (millis == Math.rint(millis)) {
      out.writeNumber((long) millis);
    } else {
      out.writeNumber(millis);
    }
  }

  /** Milliseconds since 1970 of a q timestamp. */
  public static double millisOf(long timestamp) {
    return timestamp / 1e6 + EPOCH_MILLIS;
  }

  /** The q timestamp of milliseconds since 1970, to the microsecond or so. */
  public static long timestampOf(double millis) {
    long nanos = Math.round((millis - EPOCH_MILLIS) * 1e6);
    return Math.max(-MOST_NANOS, Math.min(MOST_NANOS, nanos));
  }

  /** A field with a symbol's text. */
  static void symbolField(JsonGenerator out, String name, String symbol) throws IOException {
    out.writeStringField(name, SymbolAtom.textOf(symbol));
  }
}
