package tickwatch.detector.model;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;

/** What is wrong with a text that is no JSON, for operators. */
public final class BadJson {
  private BadJson() {}

  /** What is wrong, and where, in a line, without what only Java's people read. */
  public static String of(JsonProcessingException e) {
    String what = String.valueOf(e.getOriginalMessage());
    int more = what.indexOf(" (start marker at");
    JsonLocation where = e.getLocation();
    return (more < 0 ? what : what.substring(0, more))
        + (where == null
            ? ""
            : " at line " + where.getLineNr() + ", column " + where.getColumnNr());
  }
}
