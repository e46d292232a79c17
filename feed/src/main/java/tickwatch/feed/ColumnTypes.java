package tickwatch.feed;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tickwatch.feed.FieldText.BadField;
import tickwatch.ipc.value.QType;

/** Which types the fields of a CSV column have so far; {@link CsvSchema} says which wins. */
final class ColumnTypes {
  /** A column of numbers stays one where up to one field in so many is something else. */
  static final int FIELDS_A_BAD_ONE = 100;

  /** A column that rises less often, or in a smaller part of its rows, is not told from a level. */
  private static final int LEAST_RISES = 100;

  private static final double LEAST_RISING = 0.05;

  /** The last number of each sensor; NaN before any. */
  private double[] before = {Double.NaN};

  /** The number in the line that is being read; NaN for none. */
  private double now = Double.NaN;

  private long rises;
  private boolean falls;
  private boolean truths = true;
  private boolean wholes = true;
  private boolean times = true;
  private boolean marks = true;
  private boolean isText;
  private long numbers;
  private long others;
  private String example = "";

  /**
   * Takes the next field.
   *
   * @param decimal what decimals may stand behind beside a point
   * @return its number; 1 and 0 for true and false, NaN for everything else
   */
  double add(char[] text, int from, int length, char decimal) {
    now = Double.NaN;
    if (FieldText.isNull(text, from, length)) {
      truths = false;
      return Double.NaN;
    }
    // To find that a field is no number takes long.
    if (!isText) {
      try {
        double number = FieldText.number(text, from, length, decimal);
        numbers++;
        now = number;
        wholes = wholes && isWhole(text, from, length, decimal);
        marks = marks && (number == 0 || number == 1);
        truths = false;
        times = false;
        return number;
      } catch (BadField e) {
        // one of the others
      }
    }
    if (others++ == 0) {
      example = FieldText.trimmed(text, from, length);
    }
    isText = others > FIELDS_A_BAD_ONE && others > numbers;
    times = times && isTime(text, from, length);
    boolean isTruth = false;
    if (truths || marks) {
      String trimmed = FieldText.trimmed(text, from, length);
      isTruth = trimmed.equalsIgnoreCase("true") || trimmed.equalsIgnoreCase("false");
      truths = truths && isTruth;
      marks = marks && isTruth;
      return isTruth ? (trimmed.equalsIgnoreCase("true") ? 1 : 0) : Double.NaN;
    }
    return Double.NaN;
  }

  /**
   * The line is whole.
   *
   * @param sensor whose it is, as {@link SensorNumbers} counts them; 0 where there is one
   */
  void endLine(int sensor) {
    if (Double.isNaN(now)) {
      return;
    }
    if (sensor >= before.length) {
      int length = before.length;
      before = Arrays.copyOf(before, Math.max(sensor + 1, 2 * length));
      Arrays.fill(before, length, before.length, Double.NaN);
    }
    rises += now > before[sensor] ? 1 : 0;
    falls |= now < before[sensor];
    before[sensor] = now;
    now = Double.NaN;
  }

  /** What comes next does not go on behind what was before. */
  void startFile() {
    Arrays.fill(before, Double.NaN);
  }

  /**
   * Whether the numbers rise and never fall within any sensor, as those of a meter, an uptime or a
   * row's number: nothing that was learnt of the first of them holds for those that follow.
   */
  boolean isCounter() {
    return !falls && isMostlyNumbers() && rises >= LEAST_RISES && rises >= LEAST_RISING * numbers;
  }

  /** Fields that are a number. */
  long numbers() {
    return numbers;
  }

  /** Fields that are neither empty nor a number. */
  long others() {
    return others;
  }

  /** The first of {@link #others}. */
  String example() {
    return example;
  }

  boolean isMostlyNumbers() {
    return numbers > 0 && others * FIELDS_A_BAD_ONE <= numbers + others;
  }

  /** Whether there is nothing but 0 and 1, true and false, and empty fields. */
  boolean isMarks() {
    return marks && numbers + others > 0;
  }

  /** Null for text. */
  @Nullable QType type() {
    if (isMostlyNumbers()) {
      return wholes ? QType.LONG : QType.FLOAT;
    }
    if (numbers + others == 0) {
      return QType.FLOAT;
    }
    return truths ? QType.BOOLEAN : times ? QType.TIMESTAMP : null;
  }

  private static boolean isWhole(char[] text, int from, int length, char decimal) {
    for (int i = from; i < from + length; i++) {
      if (text[i] == '.' || text[i] == decimal) {
        return false;
      }
    }
    try {
      FieldText.whole(text, from, length, Long.MIN_VALUE + 1, Long.MAX_VALUE);
      return true;
    } catch (BadField e) {
      return false;
    }
  }

  static boolean isTime(char[] text, int from, int length) {
    try {
      FieldText.time(text, from, length);
      return true;
    } catch (BadField e) {
      return false;
    }
  }
}
