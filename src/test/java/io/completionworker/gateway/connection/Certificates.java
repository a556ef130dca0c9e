// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.connection;

import io.completionworker.config.GatewayConfig.Tls.Format;
import io.completionworker.config.GatewayConfig.Tls.Store;
import io.completionworker.config.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A private CA, a server's certificate for {@code localhost} and {@code endpoint.example}, and a
 * client's: made once, as files in every format.
 */
public final class Certificates {

  /** Of all stores and keys. */
  public static final String PASSWORD = "5tore-password";

  private static @Nullable Certificates made;

  private final Path directory;
  private final KeyStore all;

  private Certificates() throws IOException, InterruptedException, GeneralSecurityException {
    directory = Files.createTempDirectory("certificates");
    directory.toFile().deleteOnExit();
    generate("ca", "-ext", "bc:c");
    generate("server", "-signer", "ca", "-ext", "san=dns:localhost,dns:endpoint.example");
    generate("client", "-signer", "ca");
    all = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file("all.p12"))) {
      all.load(in, PASSWORD.toCharArray());
    }
  }

  /** The same for all tests. */
  public static synchronized Certificates made() throws Exception {
    Certificates certificates = made;
    if (certificates == null) {
      certificates = new Certificates();
      made = certificates;
    }
    return certificates;
  }

  /** A file that a test may write. */
  public Path file(String name) {
    Path file = directory.resolve(name);
    file.toFile().deleteOnExit();
    return file;
  }

  /** The certificate of the CA. */
  public Store ca(Format format) throws IOException, GeneralSecurityException {
    Path file = file("ca." + format);
    if (format == Format.PEM) {
      Files.writeString(file, "The CA:\n" + pem("CERTIFICATE", certificate("ca").getEncoded()));
      return new Store(file, null, format);
    }
    KeyStore store = empty(format.name());
    store.setCertificateEntry("ca", certificate("ca"));
    return save(store, file, format);
  }

  /** Key and certificates of {@code server} or {@code client}; a key in PEM is not encrypted. */
  public Store key(String owner, Format format) throws IOException, GeneralSecurityException {
    Path file = file(owner + "." + format);
    if (format == Format.PEM) {
      Files.writeString(file, chain(owner) + pem("PRIVATE KEY", privateKey(owner).getEncoded()));
      return new Store(file, null, format);
    }
    KeyStore store = empty(format.name());
    store.setKeyEntry(
        owner, privateKey(owner), PASSWORD.toCharArray(), all.getCertificateChain(owner));
    return save(store, file, format);
  }

  /** The same in PEM, with the key encrypted by one of the runtime's schemes. */
  public Store encryptedKey(String owner, String scheme)
      throws IOException, GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(scheme);
    cipher.init(
        Cipher.ENCRYPT_MODE,
        SecretKeyFactory.getInstance(scheme)
            .generateSecret(new PBEKeySpec(PASSWORD.toCharArray())));
    byte[] encrypted = cipher.doFinal(privateKey(owner).getEncoded());
    AlgorithmParameters parameters = cipher.getParameters();
    if (scheme.startsWith("PBEWithHmac")) { // one of the family that goes by this name in files
      parameters = AlgorithmParameters.getInstance("PBES2");
      parameters.init(cipher.getParameters().getEncoded());
    }
    byte[] info = new EncryptedPrivateKeyInfo(parameters, encrypted).getEncoded();
    Path file = file(owner + "-encrypted.PEM");
    Files.writeString(file, pem("ENCRYPTED PRIVATE KEY", info) + chain(owner));
    return new Store(file, new Secret(PASSWORD), Format.PEM);
  }

  /** The certificates of an owner in PEM, its own first. */
  public String chain(String owner) throws GeneralSecurityException {
    StringBuilder blocks = new StringBuilder();
    for (Certificate certificate : all.getCertificateChain(owner)) {
      blocks.append(pem("CERTIFICATE", certificate.getEncoded()));
    }
    return blocks.toString();
  }

  /** A store without anything in it. */
  public Store emptyStore() throws IOException, GeneralSecurityException {
    return save(empty("PKCS12"), file("empty.p12"), Format.PKCS12);
  }

  private Certificate certificate(String owner) throws GeneralSecurityException {
    return all.getCertificate(owner);
  }

  private PrivateKey privateKey(String owner) throws GeneralSecurityException {
    return (PrivateKey) all.getKey(owner, PASSWORD.toCharArray());
  }

  private static Store save(KeyStore store, Path file, Format format)
      throws IOException, GeneralSecurityException {
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD.toCharArray());
    }
    return new Store(file, new Secret(PASSWORD), format);
  }

  private static KeyStore empty(String type) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(type);
    store.load(null, null);
    return store;
  }

  private static String pem(String label, byte[] der) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n";
  }

  private void generate(String alias, String... more) throws IOException, InterruptedException {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    List<String> command = new ArrayList<>(List.of(keytool, "-genkeypair", "-keyalg", "EC"));
    command.addAll(List.of("-alias", alias, "-dname", "CN=" + alias, "-storetype", "PKCS12"));
    command.addAll(List.of("-storepass", PASSWORD, "-keystore", file("all.p12").toString()));
    command.addAll(List.of(more));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!process.waitFor(50, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException("keytool failed for " + alias);
    }
  }
}
