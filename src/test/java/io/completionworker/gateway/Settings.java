// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import io.completionworker.config.GatewayConfig;
import io.completionworker.config.GatewayConfig.Credentials;
import io.completionworker.config.GatewayConfig.HeaderRules;
import io.completionworker.config.GatewayConfig.Proxy;
import io.completionworker.config.GatewayConfig.Tls;
import io.completionworker.config.GatewayConfig.Tls.Store;
import io.completionworker.config.GatewayConfig.Transport;
import io.completionworker.config.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Configurations with patience to spare, and changes to them. */
public record Settings(
    URI url,
    Credentials credentials,
    HeaderRules headers,
    Transport transport,
    Tls tls,
    @Nullable Proxy proxy) {

  static final String API_KEY = "pk-portkey-0123456789";

  private static final Duration PATIENT = Duration.ofSeconds(20);

  public static Settings at(String url) {
    return new Settings(
        URI.create(url),
        new Credentials(new Secret(API_KEY), null, null, null, null),
        new HeaderRules(Map.of(), Set.of(), false),
        new Transport(PATIENT, PATIENT, PATIENT, 1 << 20, false),
        new Tls(null, null, true),
        null);
  }

  Settings credentials(Credentials changed) {
    return new Settings(url, changed, headers, transport, tls, proxy);
  }

  public Settings fixed(Map<String, String> changed) {
    return headers(new HeaderRules(changed, Set.of(), false));
  }

  Settings headers(HeaderRules changed) {
    return new Settings(url, credentials, changed, transport, tls, proxy);
  }

  Settings trusting(Store trustStore) {
    return tls(new Tls(trustStore, tls.keyStore(), tls.verifyHost()));
  }

  Settings identifiedBy(Store keyStore) {
    return tls(new Tls(tls.trustStore(), keyStore, tls.verifyHost()));
  }

  Settings anyHost() {
    return tls(new Tls(tls.trustStore(), tls.keyStore(), false));
  }

  Settings through(Proxy changed) {
    return new Settings(url, credentials, headers, transport, tls, changed);
  }

  Settings connectTimeout(Duration timeout) {
    return transport(
        new Transport(
            timeout,
            transport.requestTimeout(),
            transport.idleTimeout(),
            transport.maxResponseBytes(),
            transport.http2()));
  }

  public Settings requestTimeout(Duration timeout) {
    return transport(
        new Transport(
            transport.connectTimeout(),
            timeout,
            transport.idleTimeout(),
            transport.maxResponseBytes(),
            transport.http2()));
  }

  public Settings idleTimeout(Duration timeout) {
    return transport(
        new Transport(
            transport.connectTimeout(),
            transport.requestTimeout(),
            timeout,
            transport.maxResponseBytes(),
            transport.http2()));
  }

  Settings maxResponseBytes(int most) {
    return transport(
        new Transport(
            transport.connectTimeout(),
            transport.requestTimeout(),
            transport.idleTimeout(),
            most,
            transport.http2()));
  }

  Settings http2() {
    return transport(
        new Transport(
            transport.connectTimeout(),
            transport.requestTimeout(),
            transport.idleTimeout(),
            transport.maxResponseBytes(),
            true));
  }

  public GatewayConfig config() {
    return new GatewayConfig(url, credentials, headers, transport, tls, proxy);
  }

  private Settings transport(Transport changed) {
    return new Settings(url, credentials, headers, changed, tls, proxy);
  }

  private Settings tls(Tls changed) {
    return new Settings(url, credentials, headers, transport, changed, proxy);
  }
}
