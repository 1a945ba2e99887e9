package dev.millrace.control.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {

  @ParameterizedTest
  @CsvSource({
    "0ms, 0",
    "1ms, 1",
    "999999999999ms, 999999999999",
    "1s, 1000",
    "90s, 90000",
    "2m, 120000",
    "1h, 3600000",
    "7d, 604800000",
    "007d, 604800000"
  })
  void a_time_is_a_whole_number_with_its_unit(String text, long millis) {
    assertThat(Units.millis(text)).isEqualTo(millis);
  }

  @ParameterizedTest
  @CsvSource({
    "0B, 0",
    "1B, 1",
    "1KiB, 1024",
    "8MiB, 8388608",
    "3GiB, 3221225472",
    "2TiB, 2199023255552",
    "999999999999999B, 999999999999999"
  })
  void a_size_is_a_whole_number_with_its_unit(String text, long bytes) {
    assertThat(Units.bytes(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "s",
        "1 s",
        " 1s",
        "1s ",
        "-1s",
        "+1s",
        "1.5s",
        "1e3s",
        "1S",
        "1sec",
        "1us",
        "1min",
        "1w",
        "٣s",
        "1000000000000s",
        "1s1s",
        "0x1s",
        "1_000ms",
        "1s\n"
      })
  void what_is_no_time_is_none(String text) {
    assertThat(Units.millis(text)).as(text).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "KiB",
        "1 KiB",
        "-1B",
        "1.5MiB",
        "1kib",
        "1KB",
        "1MB",
        "1G",
        "1PiB",
        "1b",
        "٣B",
        "1000000000000000B",
        "1KiB1B"
      })
  void what_is_no_size_is_none_and_a_power_of_ten_is_not_guessed_at(String text) {
    assertThat(Units.bytes(text)).as(text).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"999999999999d", "106751991168d"})
  void a_time_beyond_a_long_is_none_and_never_a_small_one(String text) {
    assertThat(Units.millis(text)).isNull();
  }

  @Test
  void a_size_beyond_a_long_is_none_and_never_a_small_one() {
    assertThat(Units.bytes("8388608TiB")).isNull();
    assertThat(Units.bytes("8388607TiB")).isEqualTo(8_388_607L << 40);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0ms",
    "1, 1ms",
    "999, 999ms",
    "1000, 1s",
    "90000, 90s",
    "60000, 1m",
    "86400000, 1d"
  })
  void a_time_is_shown_in_the_largest_unit_that_says_it_whole(long millis, String text) {
    assertThat(Units.time(millis)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0, 0B", "1, 1B", "1023, 1023B", "1024, 1KiB", "1536, 1536B", "1099511627776, 1TiB"})
  void a_size_is_shown_in_the_largest_unit_that_says_it_whole(long bytes, String text) {
    assertThat(Units.size(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void what_is_shown_is_read_back_and_is_what_editors_let_stand(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      long value = random.nextLong(1L << random.nextInt(1, 39));
      String time = Units.time(value);
      assertThat(Units.millis(time)).as("seed %d: %s", seed, time).isEqualTo(value);
      assertThat(time).matches(Units.TIME_PATTERN);
      String size = Units.size(value);
      assertThat(Units.bytes(size)).as("seed %d: %s", seed, size).isEqualTo(value);
      assertThat(size).matches(Units.SIZE_PATTERN);
    }
  }
}
