/** Every cgroup below the lab's is a job. */
export const LAB_POLICY = `jobs:
  - cgroup: /davylamp-lab/*
    job: lab/local/{1}
`;
