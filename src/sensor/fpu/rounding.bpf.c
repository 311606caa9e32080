/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
 *
 * MXCSR of every thread, as the kernel last put it away. An iterator: it is attached to nothing and
 * costs nothing until somebody reads its file, and then 0.27 us a thread. bpftrace's program on the
 * tracepoint takes 0.53 us of every switch from one thread to another (2.66 us with it, 2.13
 * without, 2.18 with ten reads of this a second). One record for each thread
 * whose rounding mode (bits 13 and 14) is not the default, and one for the reader itself, by which
 * the reader knows that the registers stand where they are looked for.
 *
 * The structures below have the kernel's names and the few fields that are read; where these stand
 * the loader finds in the running kernel's BTF. A thread's registers stand
 *   until 5.15   in `thread.fpu.state`
 *   until 6.15   behind `thread.fpu.fpstate`
 *   since        behind `fpstate` of a `struct fpu` that follows the `task_struct`
 *
 * tools/compile-rounding.ts makes rounding-object.ts of this; `npm run rounding` compares them.
 * The kernel lends the two calls only to programs that say they are under the GPL. */
typedef unsigned int u32;
typedef unsigned long long u64;

#define SECTION(name) __attribute__((section(name), used))
#define FOUND_BY_NAME __attribute__((preserve_access_index))
#define IS_THERE(field) __builtin_preserve_field_info(field, 2)
#define SIZE_OF(type) __builtin_preserve_type_info(*(type *)0, 1)
#define KERNEL_THREAD 0x00200000
#define DEFAULT_MODE 0

static u64 (*current_pid_tgid)(void) = (void *)14;
static long (*probe_read_kernel)(void *to, u32 size, const void *from) = (void *)113;
static long (*seq_write)(void *seq, const void *data, u32 size) = (void *)127;

struct fxregs_state { u32 mxcsr; } FOUND_BY_NAME;
union fpregs_state { struct fxregs_state fxsave; } FOUND_BY_NAME;
struct fpstate { union fpregs_state regs; } FOUND_BY_NAME;
struct fpu { struct fpstate *fpstate; } FOUND_BY_NAME;
struct fpu___until_5_15 { union fpregs_state state; } FOUND_BY_NAME;
struct thread_struct { struct fpu fpu; } FOUND_BY_NAME;
struct task_struct {
  u32 flags;
  int pid, tgid;
  u64 nvcsw, nivcsw;
  struct thread_struct thread;
} FOUND_BY_NAME;
struct bpf_iter_meta { void *seq; } FOUND_BY_NAME;
struct bpf_iter__task {
  struct bpf_iter_meta *meta;
  struct task_struct *task;
} FOUND_BY_NAME;

/* rounding-records.ts reads it. The registers only change when the thread is switched out, so one
 * sample is one number of switches. */
struct record { u32 pid, tid, mxcsr, switches; };

SECTION("iter/task")
int rounding(struct bpf_iter__task *context) {
  struct task_struct *task = context->task;
  if (!task || task->flags & KERNEL_THREAD) return 0;
  const void *fpu = (const void *)task + SIZE_OF(struct task_struct);
  if (IS_THERE(task->thread.fpu)) fpu = &task->thread.fpu;
  const u32 *registers;
  if (IS_THERE(((struct fpu *)0)->fpstate)) {
    const struct fpstate *state = 0;
    probe_read_kernel(&state, sizeof(state), &((const struct fpu *)fpu)->fpstate);
    registers = &state->regs.fxsave.mxcsr;
  } else {
    registers = &((const struct fpu___until_5_15 *)fpu)->state.fxsave.mxcsr;
  }
  struct record record = {task->tgid, task->pid, 0, task->nvcsw + task->nivcsw};
  probe_read_kernel(&record.mxcsr, sizeof(record.mxcsr), registers);
  int is_reader = task->pid == (int)current_pid_tgid();
  if ((record.mxcsr >> 13 & 3) != DEFAULT_MODE || is_reader)
    seq_write(context->meta->seq, &record, sizeof(record));
  return 0;
}

char licence[] SECTION("license") = "GPL";
