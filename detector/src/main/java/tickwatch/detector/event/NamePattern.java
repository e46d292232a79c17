package tickwatch.detector.event;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Names as q's {@code like} writes them: {@code *} is any number of characters, {@code ?} is one,
 * all else is itself; several patterns are separated by commas.
 */
public final class NamePattern {
  private final String text;
  private final List<Pattern> patterns;

  public NamePattern(String text) {
    this.text = text;
    this.patterns =
        Arrays.stream(text.split(",", -1)).map(String::strip).map(NamePattern::compiled).toList();
  }

  private static Pattern compiled(String like) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < like.length(); i++) {
      char c = like.charAt(i);
      switch (c) {
        case '*' -> regex.append(".*");
        case '?' -> regex.append('.');
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  public boolean matches(String name) {
    return patterns.stream().anyMatch(pattern -> pattern.matcher(name).matches());
  }

  @Override
  public String toString() {
    return text;
  }
}
