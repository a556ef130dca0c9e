// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.connection;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A file of certificates and keys in text form (RFC 7468). Text between the blocks is a comment.
 *
 * <p>This class exists because Vert.x reads no encrypted keys, and because Kafka's reader on Java
 * 17 reads none with the encryption that OpenSSL uses by default (PBES2).
 */
final class PemFile {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String KEY = "PRIVATE KEY";
  private static final String ENCRYPTED_KEY = "ENCRYPTED PRIVATE KEY";

  /** Names of PBES2, which stands for a family of ciphers. The parameters say which one is used. */
  private static final List<String> PBES2 = List.of("PBES2", "1.2.840.113549.1.5.13");

  private final List<Block> blocks = new ArrayList<>();

  private record Block(String label, String base64) {

    byte[] bytes() throws IOException {
      try {
        return Base64.getMimeDecoder().decode(base64);
      } catch (IllegalArgumentException e) {
        throw new IOException(e);
      }
    }
  }

  PemFile(String text) {
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      blocks.add(new Block(matcher.group(1), matcher.group(2)));
    }
  }

  /** Returns all certificates in their order. */
  List<Certificate> certificates() throws GeneralSecurityException, IOException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<Certificate> certificates = new ArrayList<>();
    for (Block block : blocks) {
      if (block.label().equals(CERTIFICATE)) {
        certificates.add(factory.generateCertificate(new ByteArrayInputStream(block.bytes())));
      }
    }
    return certificates;
  }

  boolean hasEncryptedKey() {
    return first(ENCRYPTED_KEY) != null;
  }

  /** Whether the file has a key in the format of one algorithm, and none in the format for all. */
  boolean hasOldKey() {
    return first(KEY) == null
        && first(ENCRYPTED_KEY) == null
        && blocks.stream().anyMatch(block -> block.label().endsWith(" " + KEY));
  }

  /** Returns the first key, or null if there is none. An unencrypted key takes precedence. */
  @Nullable PrivateKey privateKey(String algorithm, char[] password)
      throws GeneralSecurityException, IOException {
    Block plain = first(KEY);
    Block encrypted = first(ENCRYPTED_KEY);
    KeyFactory factory = KeyFactory.getInstance(algorithm);
    if (plain != null) {
      return factory.generatePrivate(new PKCS8EncodedKeySpec(plain.bytes()));
    }
    return encrypted == null ? null : factory.generatePrivate(decrypt(encrypted, password));
  }

  private static PKCS8EncodedKeySpec decrypt(Block encrypted, char[] password)
      throws GeneralSecurityException, IOException {
    EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(encrypted.bytes());
    String scheme =
        PBES2.contains(info.getAlgName()) ? info.getAlgParameters().toString() : info.getAlgName();
    Key key = SecretKeyFactory.getInstance(scheme).generateSecret(new PBEKeySpec(password));
    Cipher cipher = Cipher.getInstance(scheme);
    cipher.init(Cipher.DECRYPT_MODE, key, info.getAlgParameters());
    return info.getKeySpec(cipher);
  }

  private @Nullable Block first(String label) {
    return blocks.stream().filter(block -> block.label().equals(label)).findFirst().orElse(null);
  }
}
