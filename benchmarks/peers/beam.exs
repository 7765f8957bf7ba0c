# The BEAM, measured as benchmarks/actors/measure.py measures Python's actors:
#
#     elixir --erl "+S 1" beam.exs genserver|raw figures|bytes [calls=50000 casts=200000 …]
#
# prints one JSON document. `genserver` is what an application is written with, `raw` is spawn, send
# and receive. Rates are by the clock on the wall; memory is erlang:memory(total).

defmodule Server do
  # Answers a call with 1; takes a number as a cast, notes it, and hands it on, one less.
  use GenServer

  @impl true
  def init(_), do: {:ok, {0, nil, 0}}

  @impl true
  def handle_call(:ask, _from, state), do: {:reply, 1, state}
  def handle_call(:handled, _from, {handled, _, _} = state), do: {:reply, handled, state}

  def handle_call({:join, successor}, _from, {handled, _, until}),
    do: {:reply, :ok, {handled, successor, until}}

  @impl true
  def handle_cast({:busy, until}, {handled, successor, _}) do
    if System.monotonic_time() < until, do: GenServer.cast(self(), {:busy, until})
    {:noreply, {handled + 1, successor, until}}
  end

  def handle_cast({:finish, waiting}, state) do
    send(waiting, :finished)
    {:noreply, state}
  end

  def handle_cast({:round, 0, waiting}, {handled, successor, until}) do
    send(waiting, :finished)
    {:noreply, {handled + 1, successor, until}}
  end

  def handle_cast({:round, number, waiting}, {handled, successor, until}) do
    GenServer.cast(successor, {:round, number - 1, waiting})
    {:noreply, {handled + 1, successor, until}}
  end

  def handle_cast(_number, {handled, successor, until}),
    do: {:noreply, {handled + 1, successor, until}}
end

defmodule Child do
  # What the supervisor restarts.
  use GenServer

  def start_link(_), do: GenServer.start_link(__MODULE__, nil, name: :child)

  @impl true
  def init(_), do: {:ok, nil}

  @impl true
  def handle_call(:ask, _from, state), do: {:reply, 1, state}
end

defmodule Raw do
  # A process by hand.
  def start, do: spawn(fn -> live(0, nil) end)

  defp live(handled, successor) do
    receive do
      {:ask, from, tag} ->
        send(from, {tag, 1})
        live(handled, successor)

      {:join, successor} ->
        live(handled, successor)

      {:round, 0, waiting} ->
        send(waiting, :finished)
        live(handled + 1, successor)

      {:round, number, waiting} ->
        send(successor, {:round, number - 1, waiting})
        live(handled + 1, successor)

      {:finish, waiting} ->
        send(waiting, :finished)
        live(handled, successor)

      {:busy, until} ->
        if System.monotonic_time() < until, do: send(self(), {:busy, until})
        live(handled + 1, successor)

      {:handled, from} ->
        send(from, {:handled, handled})
        live(handled, successor)

      _number ->
        live(handled + 1, successor)
    end
  end

  # As GenServer.call without its monitor and timeout: the ping-pong of two processes.
  def ask(process) do
    tag = make_ref()
    send(process, {:ask, self(), tag})

    receive do
      {^tag, reply} -> reply
    end
  end
end

defmodule Measure do
  @callers 100
  @batch 1_000
  @busy 10

  def run(kind, "bytes", size), do: [bytes_idle: bytes_idle(kind, size.idle)]

  def run(kind, "figures", size) do
    process = start(kind)
    times(div(size.calls, 50), fn -> ask(kind, process) end)
    calls = calls(kind, process, size.calls)
    casts = casts(kind, process, size.casts)
    kill([process])

    {spawn_s, processes} = timed(fn -> start_many(kind, size.spawns) end)
    ring = ring(kind, Enum.take(processes, size.ring), size.hops)
    kill(processes)

    calls ++
      [casts_per_s: casts, spawn_per_s: size.spawns / spawn_s, ring_per_s: ring] ++
      restarts(kind, size.restarts) ++
      under_load(kind, size.busy_ms)
  end

  # One caller, then each call timed, then a hundred callers at once.
  defp calls(kind, process, number) do
    {one_s, _} = timed(fn -> times(number, fn -> ask(kind, process) end) end)

    took =
      for _ <- 1..number do
        began = System.monotonic_time()
        ask(kind, process)
        System.monotonic_time() - began
      end

    each = max(div(number, @callers), 1)
    me = self()

    {hundred_s, _} =
      timed(fn ->
        for _ <- 1..@callers do
          spawn(fn ->
            times(each, fn -> ask(kind, process) end)
            send(me, :called)
          end)
        end

        times(@callers, fn ->
          receive do
            :called -> :ok
          end
        end)
      end)

    [
      calls_per_s: number / one_s,
      call_p50_us: percentile_us(took, 0.50),
      call_p99_us: percentile_us(took, 0.99),
      calls_100_per_s: each * @callers / hundred_s
    ]
  end

  # Messages sent and handled by one process, a second.
  defp casts(kind, process, number) do
    batches = max(div(number, @batch), 1)

    {took_s, _} =
      timed(fn ->
        times(batches, fn ->
          times(@batch, fn -> cast(kind, process, 0) end)
          finish(kind, process)
        end)
      end)

    batches * @batch / took_s
  end

  defp ring(kind, processes, hops) do
    for {process, successor} <- Enum.zip(processes, tl(processes) ++ [hd(processes)]),
        do: join(kind, process, successor)

    {took_s, _} =
      timed(fn ->
        cast(kind, hd(processes), {:round, hops, self()})

        receive do
          :finished -> :ok
        end
      end)

    hops / took_s
  end

  # From the kill to the successor being found under the name, under a real supervisor that permits
  # them all. It keeps the moments of the restarts of its period in a list and walks it at each
  # (supervisor.erl, add_restart), hence the figure of the first hundred beside that of all.
  defp restarts(:raw, _number), do: [restart_p50_us: nil, restart_first_p50_us: nil]

  defp restarts(:genserver, number) do
    {:ok, supervisor} =
      Supervisor.start_link([Child], strategy: :one_for_one, max_restarts: number, max_seconds: 5)

    took = for _ <- 1..number, do: restart()
    Supervisor.stop(supervisor)

    [
      restart_p50_us: percentile_us(took, 0.50),
      restart_first_p50_us: percentile_us(Enum.take(took, 100), 0.50)
    ]
  end

  defp restart do
    child = Process.whereis(:child)
    GenServer.call(child, :ask)
    began = System.monotonic_time()
    Process.exit(child, :kill)
    until_successor(child)
    System.monotonic_time() - began
  end

  defp until_successor(child) do
    case Process.whereis(:child) do
      successor when is_pid(successor) and successor != child ->
        :ok

      _ ->
        :erlang.yield()
        until_successor(child)
    end
  end

  # How late a timer of 1 ms rings at worst beside ten processes that always have mail.
  defp under_load(kind, busy_ms) do
    processes = start_many(kind, @busy)
    until = System.monotonic_time() + System.convert_time_unit(busy_ms, :millisecond, :native)
    for process <- processes, do: cast(kind, process, {:busy, until})
    late = lateness(until, 0)
    turns = for process <- processes, do: handled(kind, process)
    kill(processes)
    tick = System.convert_time_unit(1, :millisecond, :native)
    [late_ms: late / tick, share: Enum.min(turns) / Enum.max(turns)]
  end

  defp lateness(until, worst) do
    began = System.monotonic_time()

    if began >= until do
      worst
    else
      receive do
      after
        1 -> :ok
      end

      tick = System.convert_time_unit(1, :millisecond, :native)
      lateness(until, max(worst, System.monotonic_time() - began - tick))
    end
  end

  defp bytes_idle(kind, number) do
    start(kind)
    :erlang.garbage_collect()
    before = :erlang.memory(:total)
    processes = start_many(kind, number)
    (:erlang.memory(:total) - before) / length(processes)
  end

  # The two kinds.

  defp start(:genserver) do
    {:ok, process} = GenServer.start(Server, nil)
    process
  end

  defp start(:raw), do: Raw.start()

  defp start_many(kind, number), do: for(_ <- 1..number, do: start(kind))

  defp ask(:genserver, process), do: GenServer.call(process, :ask)
  defp ask(:raw, process), do: Raw.ask(process)

  defp cast(:genserver, process, message), do: GenServer.cast(process, message)
  defp cast(:raw, process, message), do: send(process, message)

  defp join(:genserver, process, successor), do: GenServer.call(process, {:join, successor})
  defp join(:raw, process, successor), do: send(process, {:join, successor})

  defp finish(kind, process) do
    cast(kind, process, {:finish, self()})

    receive do
      :finished -> :ok
    end
  end

  defp handled(:genserver, process), do: GenServer.call(process, :handled, 30_000)

  defp handled(:raw, process) do
    send(process, {:handled, self()})

    receive do
      {:handled, number} -> number
    end
  end

  defp kill(processes) do
    watched = for process <- processes, do: Process.monitor(process)
    for process <- processes, do: Process.exit(process, :kill)

    for watch <- watched do
      receive do
        {:DOWN, ^watch, :process, _, _} -> :ok
      end
    end
  end

  # Time.

  defp timed(work) do
    began = System.monotonic_time()
    result = work.()
    took = System.monotonic_time() - began
    {took / System.convert_time_unit(1, :second, :native), result}
  end

  defp percentile_us(took, part) do
    sorted = Enum.sort(took)
    at = Enum.at(sorted, min(floor(length(sorted) * part), length(sorted) - 1))
    at / System.convert_time_unit(1, :microsecond, :native)
  end

  defp times(0, _work), do: :ok

  defp times(number, work) do
    work.()
    times(number - 1, work)
  end
end

:logger.set_primary_config(:level, :none)
[kind, what | words] = System.argv()

size =
  Map.new(words, fn word ->
    [name, amount] = String.split(word, "=")
    {String.to_atom(name), String.to_integer(amount)}
  end)

figures =
  Measure.run(String.to_existing_atom(kind), what, size)
  |> Enum.map(fn {name, value} -> ~s("#{name}": #{if value == nil, do: "null", else: value}) end)
  |> Enum.join(", ")

IO.puts("{#{figures}}")
