package tickwatch.series;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Named parameters as a JSON object gives them: texts, numbers, booleans, lists and maps. Every
 * getter says in a sentence what it found and what it expected; {@link #done} refuses the names
 * that nobody asked for, so that a misspelt one is not ignored.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class Params {
  private final String origin;
  private final Map<?, ?> values;
  private final Set<String> asked = new LinkedHashSet<>();

  /**
   * @param origin where the values come from, for messages: {@code --params}
   */
  public Params(String origin, Map<?, ?> values) {
    this.origin = origin;
    this.values = values;
  }

  /** No parameters at all. */
  public static Params none() {
    return new Params("params", Map.of());
  }

  /** Whether there is a value of that name; a JSON null counts as none. */
  public boolean has(String name) {
    asked.add(name);
    return values.get(name) != null;
  }

  /** A finite number. */
  public double number(String name, double otherwise) {
    asked.add(name);
    Object value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
      return number.doubleValue();
    }
    throw wrong(name, value, "a number");
  }

  /** A number above zero. */
  public double positive(String name, double otherwise) {
    double value = number(name, otherwise);
    if (!(value > 0)) {
      throw wrong(name, values.get(name), "a number above 0");
    }
    return value;
  }

  /** A number of at least {@code low} and at most {@code high}. */
  public double between(String name, double low, double high, double otherwise) {
    double value = number(name, otherwise);
    if (!(value >= low && value <= high)) {
      throw wrong(name, values.get(name), "a number from " + text(low) + " to " + text(high));
    }
    return value;
  }

  /** A whole number of at least {@code low} and at most {@code high}. */
  public long whole(String name, long low, long high, long otherwise) {
    double value = number(name, (double) otherwise);
    if (value != Math.rint(value) || value < low || value > high) {
      throw wrong(name, values.get(name), "a whole number from " + low + " to " + high);
    }
    return (long) value;
  }

  public boolean flag(String name, boolean otherwise) {
    asked.add(name);
    Object value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw wrong(name, value, "true or false");
  }

  public @Nullable String text(String name) {
    asked.add(name);
    Object value = values.get(name);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw wrong(name, value, "a text");
  }

  /** A list of texts; one text counts as a list of one. */
  public List<String> texts(String name) {
    return items(name).stream()
        .map(
            item -> {
              if (item instanceof String text) {
                return text;
              }
              throw wrong(name, item, "a text or a list of texts");
            })
        .toList();
  }

  /** Whole numbers, each of at least {@code low} and at most {@code high}; at least one. */
  public int[] wholes(String name, int low, int high, int... otherwise) {
    List<?> given = items(name);
    if (given.isEmpty() && values.get(name) == null) {
      return otherwise.clone();
    }
    int[] numbers = new int[given.size()];
    for (int i = 0; i < numbers.length; i++) {
      double number = given.get(i) instanceof Number one ? one.doubleValue() : Double.NaN;
      if (number != Math.rint(number) || !(number >= low && number <= high)) {
        throw wrong(name, given.get(i), "whole numbers from " + low + " to " + high);
      }
      numbers[i] = (int) number;
    }
    if (numbers.length == 0) {
      throw wrong(name, values.get(name), "at least one number");
    }
    return numbers;
  }

  /** A list of objects; one object counts as a list of one. */
  public List<Params> objects(String name) {
    return items(name).stream().map(item -> object(origin + "." + name, item)).toList();
  }

  /** The object of that name, or nothing. */
  public @Nullable Params object(String name) {
    asked.add(name);
    Object value = values.get(name);
    return value == null ? null : object(origin + "." + name, value);
  }

  private List<?> items(String name) {
    asked.add(name);
    Object value = values.get(name);
    if (value == null) {
      return List.of();
    }
    return value instanceof List<?> list ? list : List.of(value);
  }

  /** One object or each of a list of them, as JSON gave it. */
  public static List<Params> list(String origin, Object value) {
    return new Params("", Map.of(origin, value))
        .items(origin).stream().map(item -> object(origin, item)).toList();
  }

  private static Params object(String origin, Object value) {
    if (value instanceof Map<?, ?> map) {
      return new Params(origin, map);
    }
    throw new SeriesException(origin + ": " + value + " (expected: an object, {...})");
  }

  /** Refuses names that no getter has been asked for. */
  public void done() {
    for (Object name : values.keySet()) {
      if (!asked.contains(String.valueOf(name))) {
        throw new SeriesException(
            origin
                + ": \""
                + name
                + "\" is not known (expected: "
                + String.join(", ", new TreeSet<>(asked))
                + ")");
      }
    }
  }

  /**
   * An error about one value.
   *
   * @param found null if there is none
   */
  public SeriesException wrong(String name, @Nullable Object found, String expected) {
    String shown =
        found == null
            ? "missing"
            : found instanceof String ? "\"" + found + "\"" : found.toString();
    return new SeriesException(
        origin + "." + name + ": " + shown + " (expected: " + expected + ")");
  }

  private static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%s", value);
  }
}
