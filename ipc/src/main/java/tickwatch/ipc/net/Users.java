package tickwatch.ipc.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The users of a file, and nobody else.
 *
 * <pre>
 *   # a comment; empty lines are skipped
 *   name:pbkdf2-sha256$iterations$salt$hash:read,subscribe,publish,admin
 * </pre>
 *
 * <p>The name holds no colon and no blank. Salt (at least 8 bytes) and hash (32 bytes) are in Base
 * 64; the hash is PBKDF2 with HMAC-SHA-256 over the password's UTF-8 bytes. Rights may be left
 * empty: such a user may connect and do nothing.
 *
 * <p>Checking a password is meant to be slow: about 0.1 s, more right after the start. One that was
 * right is remembered for a minute, as a hash under a key that only this process knows, so that
 * clients that connect for each query do not wait. An unknown user takes as long as a wrong
 * password.
 *
 * <p><b>Threads.</b> Any.
 */
public final class Users implements Access {
  private static final String METHOD = "pbkdf2-sha256";
  private static final int DEFAULT_ITERATIONS = 210_000;
  private static final int MAX_ITERATIONS = 10_000_000;
  private static final int SALT_BYTES = 16;
  private static final int MIN_SALT_BYTES = 8;
  private static final int HASH_BYTES = 32;
  private static final long REMEMBERED_NANOS = 60_000_000_000L;

  /** A line of the file. */
  private static final class Credential {
    final User user;
    final int iterations;
    private final byte[] salt;
    private final byte[] hash;

    Credential(User user, int iterations, byte[] salt, byte[] hash) {
      this.user = user;
      this.iterations = iterations;
      this.salt = salt;
      this.hash = hash;
    }

    /** Takes the same time whatever the answer. */
    boolean isOpenedBy(String password) {
      return MessageDigest.isEqual(Users.hash(password.toCharArray(), salt, iterations), hash);
    }
  }

  /** A password that was right. */
  private static final class Remembered {
    private final byte[] tag;
    private final long sinceNanos;

    Remembered(byte[] tag, long sinceNanos) {
      this.tag = tag;
      this.sinceNanos = sinceNanos;
    }

    boolean isStill(byte[] wanted, long nowNanos) {
      return nowNanos - sinceNanos < REMEMBERED_NANOS && MessageDigest.isEqual(tag, wanted);
    }
  }

  private final Map<String, Credential> credentials;
  private final Credential nobody;
  private final LongSupplier nanoClock;
  private final byte[] tagKey = new byte[HASH_BYTES];
  private final Map<String, Remembered> remembered = new ConcurrentHashMap<>();
  private final LongAdder iterationsDone = new LongAdder();

  private Users(Map<String, Credential> credentials, LongSupplier nanoClock) {
    this.credentials = credentials;
    this.nanoClock = nanoClock;
    int iterations =
        credentials.values().stream()
            .mapToInt(credential -> credential.iterations)
            .max()
            .orElse(DEFAULT_ITERATIONS);
    nobody =
        new Credential(
            new User("", Set.of()), iterations, new byte[SALT_BYTES], new byte[HASH_BYTES]);
    new SecureRandom().nextBytes(tagKey);
  }

  /**
   * Reads a users file.
   *
   * @throws NetException when it cannot be read, or with the number of the line that makes no sense
   */
  public static Users load(Path file) {
    return load(file, System::nanoTime);
  }

  @Override
  public String toString() {
    return credentials.size() == 1 ? "1 user" : credentials.size() + " users";
  }

  static Users load(Path file, LongSupplier nanoClock) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException e) {
      throw new NetException(
          "users file " + file + " does not exist (expected: lines NAME:HASH:RIGHTS)", e);
    } catch (MalformedInputException e) {
      throw new NetException("users file " + file + " is not UTF-8 text", e);
    } catch (IOException e) {
      throw new NetException("cannot read the users file " + file + ": " + e.getMessage(), e);
    }
    Map<String, Credential> credentials = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      try {
        Credential credential = parse(line);
        if (credentials.put(credential.user.name(), credential) != null) {
          throw new IllegalArgumentException(
              "user \"" + credential.user.name() + "\" stands here twice");
        }
      } catch (IllegalArgumentException e) {
        throw new NetException(
            "users file " + file + ", line " + (i + 1) + ": " + e.getMessage(), e);
      }
    }
    if (credentials.isEmpty()) {
      throw new NetException(
          "users file "
              + file
              + " names no user: nobody could connect (expected: NAME:HASH:RIGHTS)");
    }
    return new Users(credentials, nanoClock);
  }

  /** No message quotes the hash: it would end in a log. */
  private static Credential parse(String line) {
    String[] fields = line.split(":", -1);
    if (fields.length != 3) {
      throw new IllegalArgumentException(
          fields.length + " fields between colons (expected: 3, NAME:HASH:RIGHTS)");
    }
    String name = fields[0];
    checkName(name);
    String[] parts = fields[1].split("\\$", -1);
    if (parts.length != 4 || !parts[0].equals(METHOD)) {
      throw new IllegalArgumentException(
          "the second field is no password hash (expected: " + METHOD + "$iterations$salt$hash)");
    }
    byte[] salt = base64("salt", parts[2]);
    byte[] hash = base64("hash", parts[3]);
    if (salt.length < MIN_SALT_BYTES) {
      throw new IllegalArgumentException(
          "salt of " + salt.length + " bytes (expected: " + MIN_SALT_BYTES + " or more)");
    }
    if (hash.length != HASH_BYTES) {
      throw new IllegalArgumentException(
          "hash of " + hash.length + " bytes (expected: " + HASH_BYTES + ")");
    }
    return new Credential(new User(name, rights(fields[2])), iterations(parts[1]), salt, hash);
  }

  private static void checkName(String name) {
    if (name.isEmpty()
        || name.startsWith("#")
        || name.chars().anyMatch(c -> c == ':' || c <= ' ' || Character.isISOControl(c))) {
      throw new IllegalArgumentException(
          "user name \"" + name + "\" (expected: at least one character, no colon, blank or #)");
    }
  }

  private static int iterations(String text) {
    try {
      int iterations = Integer.parseInt(text);
      if (iterations >= 1 && iterations <= MAX_ITERATIONS) {
        return iterations;
      }
    } catch (NumberFormatException e) {
      // said below, as for a number out of range
    }
    throw new IllegalArgumentException(
        "iterations: \"" + text + "\" (expected: a number from 1 to " + MAX_ITERATIONS + ")");
  }

  private static byte[] base64(String what, String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the " + what + " is not Base 64", e);
    }
  }

  private static Set<Right> rights(String text) {
    Set<Right> rights = EnumSet.noneOf(Right.class);
    if (text.isBlank()) {
      return rights;
    }
    for (String word : text.split(",", -1)) {
      Right right = Right.ofName(word.strip());
      if (right == null) {
        throw new IllegalArgumentException(
            "right \"" + word.strip() + "\" (expected: read, subscribe, publish or admin)");
      }
      rights.add(right);
    }
    return rights;
  }

  /**
   * A line for a users file, with a fresh salt.
   *
   * @throws NetException for a name or a password that cannot be one
   */
  public static String line(String user, char[] password, Set<Right> rights) {
    return line(user, password, rights, DEFAULT_ITERATIONS);
  }

  static String line(String user, char[] password, Set<Right> rights, int iterations) {
    try {
      checkName(user);
    } catch (IllegalArgumentException e) {
      throw new NetException(String.valueOf(e.getMessage()), e);
    }
    if (password.length == 0) {
      throw new NetException("the password of \"" + user + "\" is empty");
    }
    byte[] salt = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    Base64.Encoder base64 = Base64.getEncoder();
    return user
        + ":"
        + METHOD
        + "$"
        + iterations
        + "$"
        + base64.encodeToString(salt)
        + "$"
        + base64.encodeToString(hash(password, salt, iterations))
        + ":"
        + rights.stream().sorted().map(Right::lowerCase).collect(Collectors.joining(","));
  }

  @Override
  public @Nullable User authenticate(String user, String password, InetSocketAddress remote) {
    Credential credential = credentials.get(user);
    byte[] tag = tag(user, password);
    long now = nanoClock.getAsLong();
    Remembered earlier = remembered.get(user);
    if (credential != null && earlier != null && earlier.isStill(tag, now)) {
      return credential.user;
    }
    Credential tried = credential == null ? nobody : credential;
    iterationsDone.add(tried.iterations);
    if (!tried.isOpenedBy(password) || credential == null) {
      return null;
    }
    remembered.put(user, new Remembered(tag, now));
    return credential.user;
  }

  /** The work that passwords have been: iterations of their hashes. */
  long iterationsDone() {
    return iterationsDone.sum();
  }

  private static byte[] hash(char[] password, byte[] salt, int iterations) {
    PBEKeySpec spec = new PBEKeySpec(password, salt, iterations, HASH_BYTES * Byte.SIZE);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new NetException("this Java lacks PBKDF2 with HMAC-SHA-256", e);
    } finally {
      spec.clearPassword();
    }
  }

  private byte[] tag(String user, String password) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(tagKey, "HmacSHA256"));
      return mac.doFinal((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new NetException("this Java lacks HMAC-SHA-256", e);
    }
  }
}
