package tickwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/** A fresh key and certificate for localhost, as the JDK's own tool makes them. */
final class Certificate {
  private static final String PASSWORD = "secret";

  private final Path certificate;
  private final Path key;

  Certificate(Path directory) throws IOException, InterruptedException, GeneralSecurityException {
    Path store = directory.resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                (Path.of(System.getProperty("java.home"), "bin", "keytool")
                        + " -genkeypair -alias me -keyalg EC -groupname secp256r1 -dname CN=localhost"
                        + " -ext san=dns:localhost,ip:127.0.0.1 -validity 2 -storetype PKCS12"
                        + " -storepass secret -keystore store.p12")
                    .split(" "))
            .directory(directory.toFile())
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    certificate = pem(directory, "CERTIFICATE", keys.getCertificate("me").getEncoded());
    key = pem(directory, "PRIVATE KEY", keys.getKey("me", PASSWORD.toCharArray()).getEncoded());
  }

  private static Path pem(Path directory, String what, byte[] bytes) throws IOException {
    String base64 =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes);
    return Files.writeString(
        directory.resolve(what.replace(' ', '-') + ".pem"),
        "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n");
  }

  Path certificate() {
    return certificate;
  }

  Path key() {
    return key;
  }
}
