// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.jspecify.annotations.Nullable;

/**
 * The certificates that a connection trusts, and the key and certificate that it presents.
 *
 * @param parameters allowed protocols and cipher suites
 */
public record Tls(SSLContext context, SSLParameters parameters) {

  /**
   * Reads the stores (PKCS12, JKS or PEM) by Kafka's rules.
   *
   * @throws ConfigException if a setting is invalid or a store cannot be read; shows no passwords
   */
  public static Tls of(TlsSettings settings) {
    SslEngineFactory stores = new DefaultSslEngineFactory();
    try {
      stores.configure(settings.ofKafka());
      SSLContext context = context(settings);
      context.init(
          keys(settings, stores.keystore()),
          trust(settings, stores.truststore()),
          settings.random());
      return new Tls(context, parameters(settings));
    } catch (KafkaException | GeneralSecurityException | IllegalArgumentException e) {
      throw new ConfigException("Settings schema.registry.ssl.*: " + said(e));
    }
  }

  private static SSLContext context(TlsSettings settings) throws GeneralSecurityException {
    String provider = settings.provider();
    return provider == null
        ? SSLContext.getInstance(settings.protocol())
        : SSLContext.getInstance(settings.protocol(), provider);
  }

  private static KeyManager @Nullable [] keys(TlsSettings settings, @Nullable KeyStore store)
      throws GeneralSecurityException {
    if (store == null) {
      return null;
    }
    KeyManagerFactory factory = KeyManagerFactory.getInstance(settings.keyAlgorithm());
    factory.init(store, settings.keyPassword());
    return factory.getKeyManagers();
  }

  /** Returns the trust managers of the store, or those of the runtime if there is no store. */
  private static TrustManager[] trust(TlsSettings settings, @Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance(settings.trustAlgorithm());
    factory.init(store);
    TrustManager[] managers = factory.getTrustManagers();
    if (!settings.checksHostNames()) {
      Arrays.setAll(managers, i -> withoutHostNames(managers[i]));
    }
    return managers;
  }

  private static TrustManager withoutHostNames(TrustManager manager) {
    return manager instanceof X509TrustManager chains ? new ChainTrust(chains) : manager;
  }

  private static SSLParameters parameters(TlsSettings settings) {
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(settings.protocols().toArray(String[]::new));
    if (!settings.cipherSuites().isEmpty()) {
      parameters.setCipherSuites(settings.cipherSuites().toArray(String[]::new));
    }
    return parameters;
  }

  /**
   * Returns the message, with its cause if that concerns files or cryptography. Nothing of a PEM
   * text is shown.
   */
  private static String said(Exception fault) {
    Throwable cause = fault.getCause();
    return cause instanceof IOException || cause instanceof GeneralSecurityException
        ? fault.getMessage()
            + " ("
            + cause.getClass().getSimpleName()
            + ": "
            + cause.getMessage()
            + ")"
        : String.valueOf(fault.getMessage());
  }

  /**
   * Trusts a certificate chain without a check of the host name. The runtime's HTTP client always
   * requests that check, and leaves it to a trust manager of the extended kind.
   */
  private static final class ChainTrust extends X509ExtendedTrustManager {

    private final X509TrustManager chains;

    ChainTrust(X509TrustManager chains) {
      this.chains = chains;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      chains.checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      chains.checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      chains.checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      chains.checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      chains.checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      chains.checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return chains.getAcceptedIssuers();
    }
  }
}
