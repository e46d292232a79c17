package tickwatch.ipc.value;

/**
 * A function as its text.
 *
 * @param namespace where it was defined, without the dot; empty is the root
 * @param source from brace to brace, one char a byte; a source that starts with {@code k)} is k
 */
public record Lambda(String namespace, String source) implements Function {
  @Override
  public QType type() {
    return QType.LAMBDA;
  }
}
