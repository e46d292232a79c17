package tickwatch.series;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Names that one text gives with commas between them, where a comma may also be part of a name:
 * {@code a,b,c} are the names {@code a,b} and {@code c} where there is an {@code a,b}.
 */
public final class CommaList {
  private CommaList() {}

  /**
   * The names in all of some texts, in order. Of the names that a text may begin with the longest
   * that is known is taken; what is no name reaches up to its next comma.
   */
  public static List<String> names(List<String> texts, Predicate<String> isKnown) {
    List<String> names = new ArrayList<>();
    for (String text : texts) {
      List<String> parts = Arrays.asList(text.split(",", -1));
      int at = 0;
      while (at < parts.size()) {
        int end = parts.size();
        while (end > at + 1 && !isKnown.test(String.join(",", parts.subList(at, end)))) {
          end--;
        }
        names.add(String.join(",", parts.subList(at, end)));
        at = end;
      }
    }
    return names;
  }
}
