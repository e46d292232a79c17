package tickwatch.ipc.value;

/**
 * An error, as the answer to a request; it stands nowhere else.
 *
 * @param text q's short word, as {@code type} or {@code nyi}, or the unknown name; one char a byte
 */
public record ErrorValue(String text) implements Value {
  @Override
  public QType type() {
    return QType.ERROR;
  }
}
