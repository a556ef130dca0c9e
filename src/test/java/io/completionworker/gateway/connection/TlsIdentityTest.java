// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.config.ConfigFaultsException;
import io.completionworker.config.GatewayConfig.Tls;
import io.completionworker.config.GatewayConfig.Tls.Format;
import io.completionworker.config.GatewayConfig.Tls.Store;
import io.completionworker.config.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsIdentityTest {

  private static final Secret WRONG = new Secret("wr0ng-password");

  private static Certificates certificates;

  @BeforeAll
  static void makeCertificates() throws Exception {
    certificates = Certificates.made();
  }

  @Test
  void shouldLeaveItToTheRuntimeByDefault() {
    assertThat(TlsIdentity.load(new Tls(null, null, true))).isEqualTo(new TlsIdentity(null, null));
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void shouldTrustTheCertificatesOfAFile(Format format) throws Exception {
    var trust = TlsIdentity.load(new Tls(certificates.ca(format), null, true)).trust();

    X509TrustManager manager =
        (X509TrustManager) Objects.requireNonNull(trust).getTrustManagers()[0];
    assertThat(manager.getAcceptedIssuers())
        .singleElement()
        .extracting(issuer -> issuer.getSubjectX500Principal().getName())
        .isEqualTo("CN=ca");
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void shouldTakeTheKeyOfAFile(Format format) throws Exception {
    assertKey(certificates.key("client", format));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PBEWithHmacSHA256AndAES_256",
        "PBEWithHmacSHA1AndAES_128",
        "PBEWithSHA1AndDESede",
        "PBEWithMD5AndDES"
      })
  void shouldTakeAnEncryptedKey(String scheme) throws Exception {
    assertKey(certificates.encryptedKey("client", scheme));
  }

  @Test
  void shouldNameTheKeyOfAFileThatDoesNotExist() {
    Path nowhere = certificates.file("nowhere");

    assertThat(trustFaults(new Store(nowhere, null, Format.PEM)))
        .containsExactly("gateway.tls.trust.store.path: " + nowhere + " does not exist");
  }

  @Test
  void shouldNameTheKeyOfAFileThatIsADirectory(@TempDir Path directory) {
    assertThat(keyFaults(new Store(directory, WRONG, Format.PKCS12)))
        .containsExactly(keyPath(directory) + "cannot be read (IOException)");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PEM")
  void shouldNameTheKeyOfAWrongPassword(Format format) throws Exception {
    Store ca = certificates.ca(format);
    Store key = certificates.key("client", format);

    assertThat(trustFaults(new Store(ca.path(), WRONG, format)))
        .containsExactly(
            "gateway.tls.trust.store.password: " + ca.path() + " is not opened by this password");
    assertThat(keyFaults(new Store(key.path(), WRONG, format)))
        .containsExactly(
            "gateway.tls.key.store.password: " + key.path() + " is not opened by this password");
  }

  @Test
  void shouldNameTheKeyOfAWrongOrMissingPasswordInPem() throws Exception {
    Path encrypted = certificates.encryptedKey("client", "PBEWithHmacSHA256AndAES_256").path();

    assertThat(keyFaults(new Store(encrypted, WRONG, Format.PEM)))
        .containsExactly(
            "gateway.tls.key.store.password: "
                + encrypted
                + " has a key that is not opened by this password");
    assertThat(keyFaults(new Store(encrypted, null, Format.PEM)))
        .containsExactly(
            "gateway.tls.key.store.password: "
                + encrypted
                + " has an encrypted key, which needs one");
  }

  @Test
  void shouldNameTheKeyOfAWrongType() throws Exception {
    Path pem = certificates.ca(Format.PEM).path();

    assertThat(trustFaults(new Store(pem, null, Format.PKCS12)))
        .containsExactly("gateway.tls.trust.store.type: " + pem + " is not a store of type PKCS12");
    assertThat(trustFaults(new Store(certificates.ca(Format.JKS).path(), null, Format.PEM)))
        .singleElement()
        .asString()
        .endsWith("has no trusted certificate in it");
  }

  @Test
  void shouldNotTrustNobody() throws Exception {
    Store empty = certificates.emptyStore();
    Path ca = certificates.ca(Format.PKCS12).path();

    assertThat(trustFaults(empty))
        .containsExactly(
            "gateway.tls.trust.store.path: " + empty.path() + " has no trusted certificate in it");
    assertThat(trustFaults(new Store(ca, null, Format.PKCS12)))
        .singleElement()
        .asString()
        .endsWith("has no trusted certificate that can be read without a password");
  }

  @Test
  void shouldMissAKeyOrItsCertificate() throws Exception {
    Store ca = certificates.ca(Format.PKCS12);
    Path noKey = Files.writeString(certificates.file("chain.pem"), certificates.chain("client"));
    Path nothing = Files.writeString(certificates.file("nothing.pem"), "nothing");

    assertThat(keyFaults(ca)).containsExactly(keyPath(ca.path()) + "has no private key in it");
    assertThat(keyFaults(new Store(noKey, null, Format.PEM)))
        .containsExactly(keyPath(noKey) + "has no private key in it");
    assertThat(keyFaults(new Store(nothing, null, Format.PEM)))
        .containsExactly(keyPath(nothing) + "has no certificate in it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC PRIVATE KEY", "RSA PRIVATE KEY"})
  void shouldSayWhatToDoWithAKeyOfAnOldForm(String label) throws Exception {
    String key = "-----BEGIN " + label + "-----\nAAAA\n-----END " + label + "-----\n";
    Path file = Files.writeString(certificates.file("old.pem"), key + certificates.chain("client"));

    assertThat(keyFaults(new Store(file, null, Format.PEM)))
        .containsExactly(
            keyPath(file) + "has a key that is not PKCS #8; openssl pkcs8 -topk8 makes it one");
  }

  @ParameterizedTest
  @ValueSource(strings = {"AAAA", "A", "===="})
  void shouldSayThatAKeyOrACertificateIsBroken(String base64) throws Exception {
    String key = "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n";
    Path brokenKey =
        Files.writeString(certificates.file("key.pem"), key + certificates.chain("client"));
    Path broken =
        Files.writeString(
            certificates.file("broken.pem"), key.replace("PRIVATE KEY", "CERTIFICATE"));

    assertThat(keyFaults(new Store(brokenKey, null, Format.PEM)))
        .containsExactly(
            keyPath(brokenKey)
                + "has a key that cannot be read or is not of its first certificate");
    assertThat(trustFaults(new Store(broken, null, Format.PEM)))
        .containsExactly(
            "gateway.tls.trust.store.path: " + broken + " has a certificate that cannot be read");
  }

  @Test
  void shouldNameTheFaultsOfBothFiles() {
    Store nowhere = new Store(certificates.file("nowhere"), null, Format.PEM);

    assertThat(faults(new Tls(nowhere, nowhere, true))).hasSize(2);
  }

  private static String keyPath(Path file) {
    return "gateway.tls.key.store.path: " + file + " ";
  }

  private static void assertKey(Store store) {
    var own = TlsIdentity.load(new Tls(null, store, true)).own();

    X509KeyManager manager = (X509KeyManager) Objects.requireNonNull(own).getKeyManagers()[0];
    String alias = manager.chooseClientAlias(new String[] {"EC"}, null, null);
    assertThat(manager.getCertificateChain(alias)).hasSize(2);
    assertThat(manager.getPrivateKey(alias)).isNotNull();
  }

  private static List<String> trustFaults(Store store) {
    return faults(new Tls(store, null, true));
  }

  private static List<String> keyFaults(Store store) {
    return faults(new Tls(null, store, true));
  }

  /** No fault shows a password. */
  private static List<String> faults(Tls tls) {
    @Nullable ConfigFaultsException thrown =
        Assertions.catchThrowableOfType(ConfigFaultsException.class, () -> TlsIdentity.load(tls));
    assertThat(thrown).isNotNull();
    assertThat(thrown.faults().toString())
        .doesNotContain(WRONG.value())
        .doesNotContain(Certificates.PASSWORD);
    return thrown.faults();
  }
}
