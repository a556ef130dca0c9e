// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.connection;

import io.completionworker.config.ConfigFaultsException;
import io.completionworker.config.GatewayConfig.Tls;
import io.completionworker.config.GatewayConfig.Tls.Format;
import io.completionworker.config.GatewayConfig.Tls.Store;
import io.completionworker.config.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The certificates and keys by which both sides of a connection are identified.
 *
 * @param trust trusted certificates; null for those of the Java runtime
 * @param own certificate and key of this worker; null if it has none
 */
public record TlsIdentity(@Nullable TrustManagerFactory trust, @Nullable KeyManagerFactory own) {

  /**
   * Loads the files of these settings.
   *
   * @throws ConfigFaultsException with what is wrong with each file that cannot be used
   */
  public static TlsIdentity load(Tls tls) {
    List<String> faults = new ArrayList<>();
    TrustManagerFactory trust =
        open(Tls.TRUST_STORE_PREFIX, tls.trustStore(), TlsIdentity::trust, faults);
    KeyManagerFactory own = open(Tls.KEY_STORE_PREFIX, tls.keyStore(), TlsIdentity::own, faults);
    if (!faults.isEmpty()) {
      throw new ConfigFaultsException(faults);
    }
    return new TlsIdentity(trust, own);
  }

  private static <T> @Nullable T open(
      String prefix, Tls.@Nullable Store store, Function<StoreFile, T> as, List<String> faults) {
    try {
      return store == null ? null : as.apply(new StoreFile(prefix, store));
    } catch (StoreFaultException e) {
      faults.add(e.line());
      return null;
    }
  }

  private static TrustManagerFactory trust(StoreFile file) {
    KeyStore store = file.certificates();
    try {
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory;
    } catch (GeneralSecurityException e) {
      throw file.fault("path", "cannot be used", e);
    }
  }

  private static KeyManagerFactory own(StoreFile file) {
    KeyStore store = file.key();
    try {
      var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, file.password());
      return factory;
    } catch (GeneralSecurityException e) {
      throw file.fault("password", "does not open the key in it; store and key must share it", e);
    }
  }

  /**
   * A file of certificates or keys in any supported format, read into a key store of the Java
   * runtime.
   */
  private static final class StoreFile {

    private static final char[] NO_PASSWORD = {};

    private final String prefix;
    private final Store store;

    /** Creates a file whose configuration keys begin with this prefix. */
    StoreFile(String prefix, Store store) {
      this.prefix = prefix;
      this.store = store;
    }

    /** Returns the certificates in the file, at least one. */
    KeyStore certificates() {
      byte[] content = read();
      try {
        KeyStore certificates =
            store.format() == Format.PEM ? ofCertificates(pem(content)) : stored(content);
        if (certificates.size() == 0) {
          throw fault(
              "path",
              store.password() == null && store.format() != Format.PEM
                  ? "has no trusted certificate that can be read without a password"
                  : "has no trusted certificate in it",
              null);
        }
        return certificates;
      } catch (GeneralSecurityException | IOException e) {
        throw fault("path", "has a certificate that cannot be read", e);
      }
    }

    /**
     * Returns the key in the file with its certificates. The key has the same password as the
     * store.
     */
    KeyStore key() {
      byte[] content = read();
      try {
        KeyStore keys = store.format() == Format.PEM ? ofKey(pem(content)) : stored(content);
        if (!hasKey(keys)) {
          throw fault("path", "has no private key in it", null);
        }
        return keys;
      } catch (GeneralSecurityException | IOException e) {
        throw fault("path", "has a key or a certificate that cannot be read", e);
      }
    }

    char[] password() {
      Secret password = store.password();
      return password == null ? NO_PASSWORD : password.value().toCharArray();
    }

    /** Creates the exception for a fault of one of this file's configuration keys. */
    StoreFaultException fault(String key, String what, @Nullable Throwable cause) {
      return new StoreFaultException(prefix + key + ": " + store.path() + " " + what, cause);
    }

    private byte[] read() {
      try {
        return Files.readAllBytes(store.path());
      } catch (NoSuchFileException e) {
        throw fault("path", "does not exist", e);
      } catch (IOException e) {
        throw fault("path", "cannot be read (" + e.getClass().getSimpleName() + ")", e);
      }
    }

    private KeyStore stored(byte[] content) throws GeneralSecurityException {
      KeyStore stored = KeyStore.getInstance(store.format().name());
      Secret password = store.password();
      try {
        stored.load(
            new ByteArrayInputStream(content),
            password == null ? null : password.value().toCharArray());
      } catch (IOException e) {
        if (e.getCause() instanceof UnrecoverableKeyException) {
          throw fault("password", "is not opened by this password", e);
        }
        throw fault("type", "is not a store of type " + store.format(), e);
      }
      return stored;
    }

    private PemFile pem(byte[] content) {
      return new PemFile(new String(content, StandardCharsets.US_ASCII));
    }

    private static KeyStore ofCertificates(PemFile file)
        throws GeneralSecurityException, IOException {
      KeyStore made = empty();
      List<Certificate> certificates = file.certificates();
      for (int i = 0; i < certificates.size(); i++) {
        made.setCertificateEntry("certificate-" + i, certificates.get(i));
      }
      return made;
    }

    private KeyStore ofKey(PemFile file) throws GeneralSecurityException, IOException {
      List<Certificate> chain = file.certificates();
      if (chain.isEmpty()) {
        throw fault("path", "has no certificate in it", null);
      }
      KeyStore made = empty();
      PrivateKey key = privateKey(file, chain.get(0).getPublicKey().getAlgorithm());
      if (key != null) {
        made.setKeyEntry("own", key, password(), chain.toArray(Certificate[]::new));
      }
      return made;
    }

    private @Nullable PrivateKey privateKey(PemFile file, String algorithm) {
      if (file.hasOldKey()) {
        throw fault(
            "path", "has a key that is not PKCS #8; openssl pkcs8 -topk8 makes it one", null);
      }
      if (file.hasEncryptedKey() && store.password() == null) {
        throw fault("password", "has an encrypted key, which needs one", null);
      }
      try {
        return file.privateKey(algorithm, password());
      } catch (GeneralSecurityException | IOException e) {
        throw file.hasEncryptedKey()
            ? fault("password", "has a key that is not opened by this password", e)
            : fault("path", "has a key that cannot be read or is not of its first certificate", e);
      }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
      KeyStore made = KeyStore.getInstance(Format.PKCS12.name());
      made.load(null, null);
      return made;
    }

    private static boolean hasKey(KeyStore keys) throws GeneralSecurityException {
      for (String alias : Collections.list(keys.aliases())) {
        if (keys.isKeyEntry(alias)) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * Thrown if a file of certificates or keys cannot be used. Its line names the configuration key
   * and contains no secret.
   */
  private static final class StoreFaultException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String line;

    StoreFaultException(String line, @Nullable Throwable cause) {
      super(line, cause);
      this.line = line;
    }

    /** Returns the configuration key and what is wrong. */
    String line() {
      return line;
    }
  }
}
