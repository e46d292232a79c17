package tickwatch.ipc.net;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a user may be allowed to do. */
public enum Right {
  /** Ask questions that change nothing. */
  READ,
  /** Receive what is published. */
  SUBSCRIBE,
  /** Send rows. */
  PUBLISH,
  /** Whatever stops, rolls or reconfigures a process. */
  ADMIN;

  /** The right of this name, lower case, as users files have it; null where there is none. */
  static @Nullable Right ofName(String name) {
    for (Right right : values()) {
      if (right.lowerCase().equals(name)) {
        return right;
      }
    }
    return null;
  }

  /** Its name as users files have it. */
  public String lowerCase() {
    return name().toLowerCase(Locale.ROOT);
  }
}
