package dev.millrace.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.domain.security.Principal;
import dev.millrace.domain.task.TaskClass;
import dev.millrace.kernel.sim.VirtualClock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TicketOfficeTest {

  private static final Principal SOMEBODY = new Principal(3, "app", false, TaskClass.STANDARD);

  private final VirtualClock clock = new VirtualClock();
  private final TicketOffice office = new TicketOffice(clock, new Random(1), 3);

  @Test
  void a_ticket_is_good_once() {
    String ticket = office.issue(SOMEBODY);
    assertThat(ticket).hasSize(22).matches("[A-Za-z0-9_-]+");
    assertThat(office.redeem(ticket)).isEqualTo(SOMEBODY);
    assertThat(office.redeem(ticket)).isNull();
  }

  @Test
  void a_ticket_is_good_for_thirty_seconds() {
    String early = office.issue(SOMEBODY);
    String late = office.issue(SOMEBODY);
    clock.advance(Duration.ofSeconds(30).minusNanos(1));
    assertThat(office.redeem(early)).isEqualTo(SOMEBODY);
    clock.advanceNanos(1);
    assertThat(office.redeem(late)).isNull();
  }

  @Test
  void what_was_never_issued_is_nobodys() {
    assertThat(office.redeem("")).isNull();
    assertThat(office.redeem("x".repeat(22))).isNull();
    assertThat(office.redeem("x".repeat(1_000_000))).isNull();
  }

  @Test
  void no_more_than_the_bound_are_good_at_once_and_old_ones_make_room() {
    for (int i = 0; i < 3; i++) {
      assertThat(office.issue(SOMEBODY)).isNotNull();
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(office.issue(SOMEBODY)).isNull();
    assertThat(office.size()).isEqualTo(3);
    clock.advance(Duration.ofSeconds(27));
    assertThat(office.issue(SOMEBODY)).isNotNull();
    assertThat(office.issue(SOMEBODY)).isNull();
  }

  @Test
  void a_used_ticket_makes_room() {
    String first = office.issue(SOMEBODY);
    office.issue(SOMEBODY);
    office.issue(SOMEBODY);
    office.redeem(first);
    assertThat(office.issue(SOMEBODY)).isNotNull();
  }

  @Test
  void tickets_differ() {
    TicketOffice large = new TicketOffice(clock, new Random(2), 10_000);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      assertThat(seen.add(large.issue(SOMEBODY))).isTrue();
    }
  }

  @Test
  void an_office_without_room_is_a_mistake() {
    assertThatThrownBy(() -> new TicketOffice(clock, new Random(1), 0))
        .hasMessage("tickets: 0 (expected: >= 1)");
  }
}
