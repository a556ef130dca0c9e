// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.GatewayConfig.Tls;
import io.completionworker.config.GatewayConfig.Tls.Format;
import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import io.completionworker.config.key.KeyGroup.Faults;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.jspecify.annotations.Nullable;

/**
 * The keys for the trust store and the key store of the connection. Their files are opened later,
 * by the code that connects.
 */
final class TlsKeys {

  static final String TRUST_PATH_CONFIG = Tls.TRUST_STORE_PREFIX + "path";
  static final String TRUST_PATH_DOC =
      "File of trusted certificates, such as a private CA. They replace those of the Java runtime.";

  static final String TRUST_PASSWORD_CONFIG = Tls.TRUST_STORE_PREFIX + "password";
  static final String TRUST_PASSWORD_DOC = "Password of the trust store.";

  static final String TRUST_TYPE_CONFIG = Tls.TRUST_STORE_PREFIX + "type";
  static final String TRUST_TYPE_DOC = "Format of the trust store.";
  static final String TRUST_TYPE_DEFAULT = "PKCS12";

  static final String KEY_PATH_CONFIG = Tls.KEY_STORE_PREFIX + "path";
  static final String KEY_PATH_DOC =
      "File of the worker's own certificate and key, for endpoints that ask for one (mTLS). A PEM"
          + " file has the key in PKCS #8 and the chain of certificates, the worker's own first.";

  static final String KEY_PASSWORD_CONFIG = Tls.KEY_STORE_PREFIX + "password";
  static final String KEY_PASSWORD_DOC =
      "Password of the key store and of the key in it. None for a PEM file whose key is not"
          + " encrypted.";

  static final String KEY_TYPE_CONFIG = Tls.KEY_STORE_PREFIX + "type";
  static final String KEY_TYPE_DOC = "Format of the key store.";
  static final String KEY_TYPE_DEFAULT = "PKCS12";

  static final String VERIFY_HOST_CONFIG = "gateway.tls.verify.host";
  static final String VERIFY_HOST_DOC =
      "Require the endpoint's certificate to be for the host of `gateway.url`. With `false`,"
          + " anybody who has a trusted certificate can pose as the endpoint.";
  static final boolean VERIFY_HOST_DEFAULT = true;

  /** The default of every key that may be absent. */
  private static final @Nullable String NONE = null;

  private TlsKeys() {}

  static void define(KeyGroup group) {
    path(group, TRUST_PATH_CONFIG, TRUST_PATH_DOC);
    password(group, TRUST_PASSWORD_CONFIG, TRUST_PASSWORD_DOC);
    format(group, TRUST_TYPE_CONFIG, TRUST_TYPE_DEFAULT, TRUST_TYPE_DOC);
    path(group, KEY_PATH_CONFIG, KEY_PATH_DOC);
    password(group, KEY_PASSWORD_CONFIG, KEY_PASSWORD_DOC);
    format(group, KEY_TYPE_CONFIG, KEY_TYPE_DEFAULT, KEY_TYPE_DOC);
    group.flag(VERIFY_HOST_CONFIG, VERIFY_HOST_DEFAULT, Importance.LOW, VERIFY_HOST_DOC);
  }

  static Tls from(WorkerConfig config) {
    return new Tls(
        store(config, TRUST_PATH_CONFIG, TRUST_PASSWORD_CONFIG, TRUST_TYPE_CONFIG),
        store(config, KEY_PATH_CONFIG, KEY_PASSWORD_CONFIG, KEY_TYPE_CONFIG),
        config.getBoolean(VERIFY_HOST_CONFIG));
  }

  /** Checks the rules between the keys that are valid on their own. */
  static void check(Map<String, Object> values, Faults faults) {
    needsPath(TRUST_PASSWORD_CONFIG, TRUST_PATH_CONFIG, values, faults);
    needsPath(KEY_PASSWORD_CONFIG, KEY_PATH_CONFIG, values, faults);
    needsTls(TRUST_PATH_CONFIG, values, faults);
    needsTls(KEY_PATH_CONFIG, values, faults);
    if (given(TRUST_PASSWORD_CONFIG, values) && isPem(TRUST_TYPE_CONFIG, values)) {
      faults.add(TRUST_PASSWORD_CONFIG, "has no use: certificates in PEM have no password");
    }
    if (given(KEY_PATH_CONFIG, values)
        && absent(KEY_PASSWORD_CONFIG, values)
        && values.containsKey(KEY_TYPE_CONFIG)
        && !isPem(KEY_TYPE_CONFIG, values)) {
      faults.add(KEY_PASSWORD_CONFIG, "is required for a key store that is not PEM");
    }
  }

  private static void needsPath(
      String password, String path, Map<String, Object> values, Faults faults) {
    if (given(password, values) && absent(path, values)) {
      faults.add(password, "needs " + path + ", which is not set");
    }
  }

  private static void needsTls(String path, Map<String, Object> values, Faults faults) {
    Object url = values.get(GatewayKeys.URL_CONFIG);
    if (given(path, values) && url != null && !isHttps(url.toString())) {
      faults.add(path, "has no use: gateway.url is not https");
    }
  }

  private static boolean isHttps(String url) {
    return url.regionMatches(true, 0, "https:", 0, 6);
  }

  private static boolean isPem(String type, Map<String, Object> values) {
    Object format = values.get(type);
    return format != null && format(format.toString()) == Format.PEM;
  }

  private static boolean given(String key, Map<String, Object> values) {
    return values.get(key) != null;
  }

  /** Whether the key is absent, and not invalid. */
  private static boolean absent(String key, Map<String, Object> values) {
    return values.containsKey(key) && values.get(key) == null;
  }

  private static Tls.@Nullable Store store(
      WorkerConfig config, String path, String password, String type) {
    @Nullable String file = config.getString(path);
    return file == null
        ? null
        : new Tls.Store(Path.of(file), config.secret(password), format(config.getString(type)));
  }

  private static Format format(String text) {
    return Format.valueOf(text.toUpperCase(Locale.ROOT));
  }

  private static void path(KeyGroup group, String key, String doc) {
    group.key(key, ConfigDef.Type.STRING, NONE, Allowed.path(), Importance.MEDIUM, doc);
  }

  private static void password(KeyGroup group, String key, String doc) {
    Allowed text = Allowed.text("a text that is not blank");
    group.key(key, ConfigDef.Type.PASSWORD, NONE, text, Importance.MEDIUM, doc);
  }

  private static void format(KeyGroup group, String key, String defaultValue, String doc) {
    Allowed formats =
        Allowed.text(
            "PKCS12 or JKS or PEM",
            text ->
                Arrays.stream(Format.values())
                    .anyMatch(format -> format.name().equalsIgnoreCase(text)));
    group.key(key, ConfigDef.Type.STRING, defaultValue, formats, Importance.LOW, doc);
  }
}
