package tickwatch.ipc.net;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a certificate and a private key are what a server needs. Without this, a key of another
 * certificate would be noticed by each client, and by nobody at the server.
 */
final class TlsFiles {
  private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);

  private static final Pattern KEY =
      Pattern.compile("-----BEGIN ([A-Z ]*)PRIVATE KEY-----([^-]*)-----END ");

  private TlsFiles() {}

  /**
   * Checks that the key is the certificate's; warns of a certificate whose time it is not.
   *
   * @throws NetException if it is not, or either is not what it should be
   */
  static void check(Path certificateFile, Path keyFile) {
    Certificate certificate = certificate(certificateFile);
    if (certificate instanceof X509Certificate dated) {
      try {
        dated.checkValidity();
      } catch (CertificateException e) {
        LOG.warn(
            "no client will trust the certificate now file={} validFrom={} validTo={}",
            certificateFile,
            dated.getNotBefore().toInstant(),
            dated.getNotAfter().toInstant());
      }
    }
    if (!areOne(certificate.getPublicKey(), keyBytes(keyFile), keyFile)) {
      throw new NetException(
          "TLS: " + keyFile + " is not the private key of the certificate in " + certificateFile);
    }
  }

  private static Certificate certificate(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in);
    } catch (IOException | CertificateException e) {
      throw new NetException("TLS: no certificate in " + file + " (expected: PEM)", e);
    }
  }

  private static byte[] keyBytes(Path file) {
    try {
      Matcher key = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
      if (key.find()) {
        if (!key.group(1).isEmpty()) {
          throw new NetException(
              ("TLS: the key in %1$s is %2$s(expected: PKCS#8 without a password, BEGIN PRIVATE"
                      + " KEY): openssl pkcs8 -topk8 -nocrypt -in %1$s -out key.pem makes one")
                  .formatted(
                      file, key.group(1).equals("ENCRYPTED ") ? "encrypted " : key.group(1)));
        }
        return Base64.getMimeDecoder().decode(key.group(2));
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new NetException("TLS: " + file + " cannot be read: " + e.getMessage(), e);
    }
    throw new NetException("TLS: no private key in " + file + " (expected: PEM, PKCS#8)");
  }

  private static boolean areOne(PublicKey publicKey, byte[] key, Path keyFile) {
    String algorithm = publicKey.getAlgorithm();
    String signing =
        switch (algorithm) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          case "EdDSA" -> "EdDSA";
          default -> "";
        };
    if (signing.isEmpty()) {
      // TLS says what it thinks of others.
      return true;
    }
    try {
      PrivateKey privateKey =
          KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(key));
      byte[] text = "whose key".getBytes(StandardCharsets.US_ASCII);
      Signature signature = Signature.getInstance(signing);
      signature.initSign(privateKey);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(text);
      return signature.verify(signed);
    } catch (InvalidKeySpecException | SignatureException e) {
      // A key of another algorithm, or on another curve.
      return false;
    } catch (GeneralSecurityException e) {
      throw new NetException("TLS: the key in " + keyFile + " cannot be used: " + e, e);
    }
  }
}
