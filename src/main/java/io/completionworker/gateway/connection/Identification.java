// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.connection;

import io.completionworker.config.ConfigFaultsException;
import io.completionworker.config.GatewayConfig.Tls;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * What both sides of a connection are known by.
 *
 * @param trust certificates that are trusted; null for those of the runtime
 * @param own certificate and key of this worker; null for none
 */
public record Identification(@Nullable TrustManagerFactory trust, @Nullable KeyManagerFactory own) {

  /**
   * Opens the files of these settings.
   *
   * @throws ConfigFaultsException with what is wrong with each of them
   */
  public static Identification load(Tls tls) {
    List<String> faults = new ArrayList<>();
    TrustManagerFactory trust =
        open(Tls.TRUST_STORE_PREFIX, tls.trustStore(), Identification::trust, faults);
    KeyManagerFactory own = open(Tls.KEY_STORE_PREFIX, tls.keyStore(), Identification::own, faults);
    if (!faults.isEmpty()) {
      throw new ConfigFaultsException(faults);
    }
    return new Identification(trust, own);
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
}
