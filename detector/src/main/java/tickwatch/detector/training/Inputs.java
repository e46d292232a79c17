package tickwatch.detector.training;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The SHA-256 of all that something is learnt from, so that what is kept on disk is taken for what
 * would be learnt only if it would be the same.
 */
public final class Inputs {
  private static final int PIECE = 1 << 13;

  private final MessageDigest digest;
  private final ByteBuffer piece = ByteBuffer.allocate(PIECE);

  public Inputs() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  public Inputs add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    add(bytes.length);
    digest.update(bytes);
    return this;
  }

  public Inputs add(double value) {
    digest.update(piece.clear().putDouble(value).flip());
    return this;
  }

  /** The values from one to before another. */
  public Inputs add(double[] values, int from, int to) {
    piece.clear();
    for (int i = from; i < to; i++) {
      piece.putDouble(values[i]);
      if (!piece.hasRemaining()) {
        digest.update(piece.flip());
        piece.clear();
      }
    }
    digest.update(piece.flip());
    return this;
  }

  /** A hash as numbers that can be put down among others. */
  public static double[] numbers(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    double[] numbers = new double[bytes.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = bytes[i];
    }
    return numbers;
  }

  /** The hash that {@link #numbers} put down. */
  public static String hex(double[] numbers) {
    byte[] bytes = new byte[numbers.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) numbers[i];
    }
    return HexFormat.of().formatHex(bytes);
  }

  /** In lower-case hex; nothing can be added any more. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
