// SPDX-License-Identifier: Apache-2.0
package io.completionworker.pricing;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.completionworker.config.ConfigFaultsException;
import io.completionworker.config.Glob;
import io.completionworker.config.UsageCostConfig;
import io.completionworker.config.key.KeyGroup.Faults;
import io.completionworker.pricing.PriceList.Price;
import io.completionworker.pricing.PriceList.PricedCall;
import io.completionworker.pricing.PriceList.Rates;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a complete price file, and reports all its faults at once. For one thread only. */
public final class PriceFile {

  /** Numbers are read as decimals as written, never as binary floating point. */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private static final List<String> TOP = List.of("header", "prices");
  private static final List<String> HEADER = List.of("source", "as_of", "currency");
  private static final List<String> ENTRY =
      List.of(
          "model",
          "provider",
          "service_tier",
          "prompt_over",
          "valid_from",
          "request",
          "image",
          "input",
          "cached_input",
          "cache_write",
          "cache_write_1h",
          "audio_input",
          "image_input",
          "output",
          "reasoning",
          "audio_output",
          "image_output");

  private final Path path;
  private final Faults faults = new Faults();
  private final Map<List<Object>, Integer> entries = new HashMap<>();

  private PriceFile(Path path) {
    this.path = path;
  }

  /**
   * Reads this file.
   *
   * @throws ConfigFaultsException if the file has faults; lists all of them, with entry and field
   */
  public static PriceList read(Path path) {
    return new PriceFile(path).list();
  }

  private PriceList list() {
    JsonNode file = json();
    String currency = null;
    List<Price> prices = new ArrayList<>();
    if (file != null && file.isObject()) {
      PriceFields top = new PriceFields(file, "", TOP, this::fault);
      currency = header(top, file.path("header"));
      prices(top, file.path("prices"), prices);
    } else if (file != null) {
      fault("is not a JSON object");
    }
    if (currency == null || !faults.lines().isEmpty()) {
      throw new ConfigFaultsException(faults.lines());
    }
    return new PriceList(currency, prices);
  }

  /** Parses the file; reports a fault and returns null if it is not JSON. */
  private @Nullable JsonNode json() {
    try {
      return JSON.readTree(Files.readAllBytes(path));
    } catch (JacksonException e) {
      var at = e.getLocation();
      String where = at == null ? "" : ", line " + at.getLineNr() + " column " + at.getColumnNr();
      fault("is not JSON" + where + ": " + e.getOriginalMessage());
    } catch (ArithmeticException | NumberFormatException e) {
      fault("is not JSON: it has a number with too many digits");
    } catch (NoSuchFileException e) {
      fault("does not exist");
    } catch (IOException e) {
      fault("cannot be read (" + e.getClass().getSimpleName() + ")");
    }
    return null;
  }

  private @Nullable String header(PriceFields top, JsonNode node) {
    if (!node.isObject()) {
      top.fault("header", "is required; allowed: an object with " + String.join(", ", HEADER));
      return null;
    }
    PriceFields header = new PriceFields(node, "header", HEADER, this::fault);
    header.text("source");
    header.date("as_of");
    String currency = header.text("currency");
    if (currency != null && !isCurrency(currency)) {
      header.fault("currency", "'" + currency + "' is not allowed; allowed: a code of ISO 4217");
    }
    return currency;
  }

  private static boolean isCurrency(String code) {
    return Currency.getAvailableCurrencies().stream()
        .anyMatch(currency -> currency.getCurrencyCode().equals(code));
  }

  private void prices(PriceFields top, JsonNode nodes, List<Price> prices) {
    if (!nodes.isArray() || nodes.isEmpty()) {
      top.fault("prices", "is required; allowed: a list of at least one object");
      return;
    }
    for (int i = 0; i < nodes.size(); i++) {
      JsonNode node = nodes.get(i);
      if (!node.isObject()) {
        fault("prices[" + i + "]: is not an object");
        continue;
      }
      String model = node.path("model").asText();
      String where = "prices[" + i + "]" + (model.isBlank() ? "" : " (" + model + ")");
      Price price = price(new PriceFields(node, where, ENTRY, this::fault), i);
      if (price != null) {
        prices.add(price);
      }
    }
  }

  private @Nullable Price price(PriceFields entry, int index) {
    String model = entry.text("model");
    String provider = entry.optionalText("provider");
    String named = entry.optionalText("service_tier");
    String tier = named == null ? null : PricedCall.tier(named);
    long promptOver = entry.optionalCount("prompt_over", -1);
    Instant from = entry.optionalMoment("valid_from");
    Instant validFrom = from == null ? Instant.MIN : from;
    Rates rates = rates(entry);
    if (model == null) {
      return null;
    }
    List<Object> identity = List.of(model, orNone(provider), orNone(tier), promptOver, validFrom);
    Integer earlier = entries.putIfAbsent(identity, index);
    if (earlier != null) {
      entry.fault(
          "model",
          "is as in prices["
              + earlier
              + "], and so are provider, service_tier, prompt_over and valid_from");
    }
    return rates == null
        ? null
        : new Price(
            new Glob(model),
            provider == null ? null : new Glob(provider),
            tier,
            promptOver,
            validFrom,
            rates);
  }

  /** Returns an empty text for null. No text of an entry is empty itself. */
  private static String orNone(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static @Nullable Rates rates(PriceFields entry) {
    BigDecimal request = entry.optionalPrice("request");
    BigDecimal image = entry.optionalPrice("image");
    BigDecimal input = entry.price("input");
    BigDecimal cachedInput = entry.optionalPrice("cached_input");
    BigDecimal cacheWrite = entry.optionalPrice("cache_write");
    BigDecimal cacheWriteForAnHour = entry.optionalPrice("cache_write_1h");
    BigDecimal audioInput = entry.optionalPrice("audio_input");
    BigDecimal imageInput = entry.optionalPrice("image_input");
    BigDecimal output = entry.price("output");
    BigDecimal reasoning = entry.optionalPrice("reasoning");
    BigDecimal audioOutput = entry.optionalPrice("audio_output");
    BigDecimal imageOutput = entry.optionalPrice("image_output");
    if (input == null || output == null) {
      return null;
    }
    BigDecimal written = orElse(cacheWrite, input);
    return new Rates(
        orElse(request, BigDecimal.ZERO),
        orElse(image, BigDecimal.ZERO),
        input,
        orElse(cachedInput, input),
        written,
        orElse(cacheWriteForAnHour, written),
        orElse(audioInput, input),
        orElse(imageInput, input),
        output,
        orElse(reasoning, output),
        orElse(audioOutput, output),
        orElse(imageOutput, output));
  }

  private static BigDecimal orElse(@Nullable BigDecimal price, BigDecimal otherwise) {
    return price == null ? otherwise : price;
  }

  private void fault(String what) {
    faults.add(UsageCostConfig.PRICES_FILE_CONFIG, path + " " + what);
  }
}
