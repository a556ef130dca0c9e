// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Makes keys with certificates that are signed by themselves, in stores of every kind. */
final class Certificates {

  static final String PASSWORD = "planted-password";
  private static final char[] CHARS = PASSWORD.toCharArray();
  private static final String ALIAS = "mykey"; // keytool's own

  private final Path directory;

  Certificates(Path directory) {
    this.directory = directory;
  }

  /** A PKCS12 store with a key whose certificate is for this host name. */
  Path make(String name, String host) throws Exception {
    Path store = directory.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + host,
                "-ext",
                "san=dns:" + host,
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!keytool.waitFor(50, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      throw new IllegalStateException("keytool failed");
    }
    return store;
  }

  /** The certificate of a store, alone in a store of this type. */
  Path trust(Path store, String type) throws Exception {
    KeyStore trust = KeyStore.getInstance(type);
    trust.load(null, null);
    trust.setCertificateEntry("theirs", load(store).getCertificate(ALIAS));
    Path path = directory.resolve("trust." + type);
    try (OutputStream out = Files.newOutputStream(path)) {
      trust.store(out, CHARS);
    }
    return path;
  }

  /** The certificate of a store as text. */
  String certificate(Path store) throws Exception {
    return pem("CERTIFICATE", load(store).getCertificate(ALIAS).getEncoded());
  }

  /** The key of a store as text. */
  String key(Path store) throws Exception {
    return pem("PRIVATE KEY", load(store).getKey(ALIAS, CHARS).getEncoded());
  }

  /** A file of this text. */
  Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  /** For a server that has the first key and trusts the second's certificate. */
  static SSLContext context(Path own, Path trusted) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(load(own), CHARS);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(load(trusted));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static KeyStore load(Path store) throws GeneralSecurityException, IOException {
    KeyStore loaded = KeyStore.getInstance(store.toFile(), CHARS);
    try (InputStream in = Files.newInputStream(store)) {
      loaded.load(in, CHARS);
    }
    return loaded;
  }

  private static String pem(String kind, byte[] encoded) {
    byte[] line = "\n".getBytes(StandardCharsets.US_ASCII);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(kind, Base64.getMimeEncoder(64, line).encodeToString(encoded), kind);
  }
}
