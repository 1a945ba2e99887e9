package dev.millrace.runtime.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.kernel.Clock;
import dev.millrace.kernel.bytes.ByteSink;
import dev.millrace.runtime.worker.wire.Frame;
import dev.millrace.runtime.worker.wire.FrameCodec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class DoorTest {

  private static final byte[] SECRET = new byte[32];

  @TempDir Path folder;
  private Path socket;
  private Door door;

  @BeforeEach
  void open() throws IOException {
    SECRET[0] = 1;
    socket = folder.resolve("door.sock");
    door = door(Duration.ofSeconds(20));
  }

  private Door door(Duration patience) throws IOException {
    var terms = new Door.Terms(4_096, 1_000, patience);
    return Door.open(socket, SECRET, terms, new FrameCodec(Clock.system()));
  }

  @AfterEach
  void close() throws IOException {
    door.close();
  }

  @Test
  void the_one_with_the_secret_is_let_in_and_the_socket_goes_with_the_door() throws Exception {
    try (Knocker worker = new Knocker(socket).say(new Frame.Hello(1, SECRET, 42))) {
      assertThat(worker.hear()).isEqualTo(new Frame.Welcome(1, 4_096, 1_000));
      assertThat(door.guest().get(5, TimeUnit.SECONDS).hello().pid()).isEqualTo(42);
    }
    door.close();
    assertThat(socket).doesNotExist();
  }

  @Test
  void a_wrong_secret_is_refused_and_the_right_one_still_let_in() throws IOException {
    byte[] wrong = SECRET.clone();
    wrong[31]++;
    try (Knocker thief = new Knocker(socket).say(new Frame.Hello(1, wrong, 1))) {
      assertThat(thief.hear())
          .isEqualTo(
              new Frame.Refused(
                  "a wrong secret (expected: the one on the worker's standard input)"));
      assertThat(thief.hear()).isNull();
    }
    assertThat(door.guest()).isNotDone();
    letsInTheRightOne();
  }

  @Test
  void other_versions_are_refused_with_found_and_expected() throws IOException {
    for (int version : new int[] {0, 2, 9, -1}) {
      try (Knocker other = new Knocker(socket).say(new Frame.Hello(version, SECRET, 1))) {
        assertThat(other.hear())
            .isEqualTo(new Frame.Refused("protocol version " + version + " (expected: 1)"));
        assertThat(other.hear()).isNull();
      }
    }
    letsInTheRightOne();
  }

  @Test
  void a_second_one_with_the_same_secret_is_refused() throws IOException {
    letsInTheRightOne();
    try (Knocker second = new Knocker(socket).say(new Frame.Hello(1, SECRET, 1))) {
      assertThat(second.hear()).isInstanceOf(Frame.Refused.class);
    }
  }

  @Test
  void whoever_says_something_else_first_or_too_much_is_turned_away() throws IOException {
    List<byte[]> greetings = new ArrayList<>();
    greetings.add(new ByteSink(16).putInt(1).putByte(9).toByteArray());
    greetings.add(new ByteSink(16).putInt(64 << 20).putLong(0).toByteArray());
    greetings.add(new ByteSink(16).putInt(0).toByteArray());
    Random random = new Random(3);
    for (int i = 0; i < 50; i++) {
      byte[] noise = new byte[1 + random.nextInt(2_000)];
      random.nextBytes(noise);
      // A length that is never complete would be waited for: that is the next test's.
      noise[0] = 3;
      if (noise.length > 3) {
        noise[1] = 0;
        noise[2] = 0;
        noise[3] = 0;
      }
      if (noise.length >= 7) {
        greetings.add(noise);
      }
    }
    for (byte[] greeting : greetings) {
      try (Knocker stranger = new Knocker(socket).say(greeting)) {
        assertThat(stranger.hear()).isNull();
      }
    }
    letsInTheRightOne();
  }

  @Test
  void whoever_says_nothing_is_turned_away_after_a_while_and_many_cannot_crowd_the_door()
      throws IOException {
    door.close();
    door = door(Duration.ofMillis(200));
    List<Knocker> silent = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      silent.add(new Knocker(socket));
    }
    for (Knocker knocker : silent) {
      assertThat(knocker.hear()).isNull();
      knocker.close();
    }
    letsInTheRightOne();
  }

  @Test
  void a_door_that_is_closed_has_no_guest() throws Exception {
    door.close();
    assertThat(door.guest().get(5, TimeUnit.SECONDS)).isNull();
  }

  private void letsInTheRightOne() throws IOException {
    try (Knocker worker = new Knocker(socket).say(new Frame.Hello(1, SECRET, 42))) {
      assertThat(worker.hear()).isInstanceOf(Frame.Welcome.class);
    }
  }
}
