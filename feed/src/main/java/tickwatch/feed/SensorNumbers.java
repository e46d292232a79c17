package tickwatch.feed;

import java.util.HashMap;
import java.util.Map;

/** Counts the sensors that a column names, from 0 in the order of their first lines. */
final class SensorNumbers {
  private final Map<String, Integer> numbers = new HashMap<>();
  private String sym = "";
  private int number;

  /** Takes the field of the line that is being read. */
  void read(char[] text, int from, int length) {
    String word = FieldText.sameOr(sym, text, from, length);
    if (numbers.isEmpty() || !word.equals(sym)) {
      int next = numbers.size();
      Integer known = numbers.putIfAbsent(word, next);
      number = known == null ? next : known;
      sym = word;
    }
  }

  /** The line's sensor. */
  String sym() {
    return sym;
  }

  /** Which one it is; 0 where no column names any. */
  int number() {
    return number;
  }
}
