package tickwatch.app;

import java.util.HashSet;
import java.util.Set;

/**
 * Names of files for series. They are called as syms are, which may hold what a path would read,
 * and those of two data sets may be called alike.
 */
final class FileNames {
  private final Set<String> taken = new HashSet<>();

  String of(String series) {
    String plain = series.replaceAll("[/\\\\\0]", "_").replaceFirst("^\\.+$", "_");
    String name = plain;
    for (int i = 2; !taken.add(name); i++) {
      name = plain + "-" + i;
    }
    return name;
  }
}
