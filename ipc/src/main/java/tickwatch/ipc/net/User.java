package tickwatch.ipc.net;

import java.util.Set;

/**
 * Who is at the other end of a connection.
 *
 * @param name as the client gave it; may be empty for an anonymous one
 * @param rights what the user may do
 */
public record User(String name, Set<Right> rights) {
  public User {
    rights = Set.copyOf(rights);
  }

  /** Whether the user has this right. */
  public boolean may(Right right) {
    return rights.contains(right);
  }
}
