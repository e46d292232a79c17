package tickwatch.detector.event;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Set;
import java.util.TreeSet;

/** The members of JSON objects that people write: rules of events, of data health, of alerts. */
public final class JsonMembers {
  private JsonMembers() {}

  /**
   * Makes sure that there is no other member: a misspelt one must not leave an operator with what
   * it was to change.
   *
   * @param where the object stands, as {@code health.ranges[]}; empty for the whole file
   * @throws IllegalArgumentException for one that is not known, and if it is no object
   */
  public static void requireKnown(JsonNode node, String where, Set<String> known) {
    if (!node.isObject()) {
      throw new IllegalArgumentException(where + ": " + node + " (expected: an object)");
    }
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            (where.isEmpty() ? name : where + "." + name)
                + " is not known (expected: "
                + String.join(", ", new TreeSet<>(known))
                + ")");
      }
    }
  }
}
